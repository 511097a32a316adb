// The app behind the screens: owns the ticket, the devices and the conversation, and lets the host know.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals-core';
import { Api, Refusal, refusalOf } from '../client/api.ts';
import { socketUrl, type Wake } from '../client/live.ts';
import type { About, Board, BoardOffice, CitizenTicket } from '../client/protocol.ts';
import { TicketClient } from '../client/ticket.ts';
import { Devices } from '../media/devices.ts';
import { untilLoaded } from '../ui/until-loaded.ts';
import { Announcer } from './announcer.ts';
import { Awake } from './awake.ts';
import { Bell } from './bell.ts';
import type { Host } from './host.ts';
import { Later } from './later.ts';
import { Notifier } from './notifier.ts';
import { isOver, isSoon, type Phase, type Screen, SOON, screenOf } from './screen.ts';
import { type Manner, Talk } from './talk.ts';
import { type CitizenTexts, languageOf, loadMessages, textsOf } from './texts.ts';

/** What is to be shown. */
export interface Errand {
  /** Slug or id: draw here if there is no ticket yet. */
  office?: string | undefined;
  /** Idempotency-Key of that draw. */
  key?: string | undefined;
  /** One-time code of an existing ticket. */
  resume?: string | undefined;
  /** The browser is known to refuse our cookie. */
  noCookie?: boolean;
  /** Ask before drawing: nobody has clicked "Nummer ziehen" yet. */
  ask?: boolean;
  /** The code comes from another device: a conversation is entered by a click, which may ask for camera and sound. */
  arriving?: boolean;
}

export class App {
  readonly host: Host;
  readonly ticket: TicketClient;
  readonly devices = new Devices();
  readonly bell: Bell;
  readonly notifier: Notifier;
  readonly announcer = new Announcer();
  readonly board: Signal<Board | null> = signal(null);
  readonly texts: Signal<CitizenTexts | null> = signal(null);
  readonly talk: Talk;
  readonly later = new Later();
  readonly screen: ReadonlySignal<Screen>;
  /** A refusal of something that was tried on the present screen. */
  readonly refusal: Signal<Refusal | null> = signal(null);
  /** The camera has been tried while waiting: warm it up when the call comes. */
  readonly tried = signal(false);
  /** The town's board holds our frame: privacy notice, imprint and the like stand below us already. */
  readonly boarded = signal(false);
  /** The server still answers to this page's secret, though the ticket may be over. */
  readonly held = signal(false);
  /** The board shows us in the full window. */
  readonly full = signal(false);

  readonly #phase = signal<Phase>({ kind: 'loading' });
  readonly #messages = signal<Awaited<ReturnType<typeof loadMessages>> | null>(null);
  readonly #lang = signal('de');
  #wantedLang = '';
  readonly #slug: string;
  readonly #awake = new Awake();
  readonly #arriving = signal(false);
  #errand: Errand = {};
  #code: string | undefined; // for the next load, where the cookie is refused

  constructor(host: Host, slug: string, wake: Wake) {
    this.host = host;
    this.#slug = slug;
    this.bell = new Bell(host);
    this.notifier = new Notifier(host.framed);
    this.ticket = new TicketClient({
      api: (bearer) => new Api({ bearer }),
      socketUrl: socketUrl('/api/v1/ticket/socket', location),
      wake,
      keep: (code) => {
        this.#code = code;
        this.#tellTicket(true);
      },
    });
    this.talk = new Talk({
      ticket: this.ticket,
      devices: this.devices,
      wake,
      onHeld: (on) => host.conversation(on),
      onBlocked: () => host.problem('camera'),
      onRefused: (key) => {
        this.refusal.value = new Refusal('refused', { code: 'conflict', key, status: 409 });
      },
    });
    this.screen = computed(() =>
      screenOf({
        phase: this.#phase.value,
        ticket: this.ticket.view.value,
        replaced: this.ticket.replaced.value,
        lost: this.ticket.lost.value,
        arriving: this.#arriving.value,
        talking: this.talk.conversation.value !== null,
        ending: this.talk.ending.value,
        settled: this.talk.settled.value,
      }),
    );
    effect(() => {
      const messages = this.#messages.value;
      if (!messages) return;
      const lang = this.#lang.value;
      const all = { ...this.later.parts.value?.later[languageOf(lang)], ...messages };
      this.texts.value = textsOf(lang, all, this.board.value?.authority.texts);
    });
    effect(() => {
      const phase = this.#phase.value;
      const refusal = phase.kind === 'fault' ? phase.refusal : this.refusal.value;
      if (refusal && refusal.key !== 'offline') untracked(() => void this.later.want()); // its sentence is there
    });
    effect(() => {
      const view = this.ticket.view.value;
      untracked(() => this.#follow(view));
    });
    effect(() => {
      if (this.ticket.replaced.value) untracked(() => this.#quiet());
    });
    effect(() => {
      if (this.ticket.lost.value) untracked(() => this.#without());
    });
    addEventListener('pagehide', () => this.#part());
  }

  async setLang(lang: string): Promise<void> {
    if (lang === this.#wantedLang) return;
    this.#wantedLang = lang;
    const messages = await untilLoaded(() => loadMessages(lang));
    if (lang !== this.#wantedLang) return; // another was asked for meanwhile, and may be here already
    this.#lang.value = lang;
    this.#messages.value = messages;
    if (this.ticket.view.peek()) void this.ticket.about({ lang }).catch(() => undefined);
  }

  /** Begins: an existing ticket first, then what was asked for. */
  async begin(errand: Errand): Promise<void> {
    this.#errand = errand;
    this.refusal.value = null;
    if (errand.ask) void this.later.want(); // to ask with
    this.#arriving.value = errand.arriving ?? false;
    this.#phase.value = { kind: 'loading' };
    const board = this.#slug ? this.#loadBoard(this.#slug) : Promise.resolve();
    try {
      if (await this.#existing(errand)) {
        this.#phase.value = { kind: 'ticket' };
        await board.catch(() => undefined);
        const slug = this.ticket.view.peek()?.authority;
        if (!this.board.peek() && slug) await this.#loadBoard(slug).catch(() => undefined);
        return;
      }
      await board;
    } catch (error) {
      this.#phase.value = { kind: 'fault', refusal: refusalOf(error), drawing: false };
      return;
    }
    if (this.ticket.lost.peek() && !errand.office) this.#phase.value = { kind: 'ticket' };
    else if (errand.ask) this.#phase.value = { kind: 'pick', office: errand.office };
    else if (errand.office) await this.draw(errand.office, errand.key);
    else this.#phase.value = this.host.framed ? { kind: 'none' } : { kind: 'pick', office: undefined };
    if (this.#phase.peek().kind === 'none') this.#tellTicket(false);
  }

  /** The page remembers what it is told last: the code belongs to it. */
  #tellTicket(exists: boolean): void {
    if (!exists) this.#code = undefined;
    this.host.ticket(exists, this.#code);
  }

  again(): Promise<void> {
    return this.begin(this.#errand);
  }

  async #existing(errand: Errand): Promise<boolean> {
    if (errand.resume) {
      const code = errand.resume;
      this.#errand = { ...errand, resume: undefined };
      try {
        await this.ticket.resume(code, errand.noCookie ?? false);
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal.passing) {
          this.#errand = errand;
          throw refusal;
        }
        if (!(await this.ticket.load()) && !errand.office) throw refusal;
      }
    } else await this.ticket.load();
    const view = this.ticket.view.peek();
    if (!view) return false;
    this.held.value = !isOver(view); // with its last view the cookie went
    if (isOver(view) && (errand.office || (errand.ask && view.state !== 'closed'))) {
      this.ticket.forget(); // an old one; a new number is asked for
      return false;
    }
    this.#tellTicket(!isOver(view));
    return true;
  }

  async #loadBoard(slug: string): Promise<void> {
    this.board.value = await this.ticket.api.get<Board>(`/api/v1/authorities/${encodeURIComponent(slug)}/board`);
  }

  /** Shows why no conversation is possible here, with the other ways to reach the office. */
  async showUnsupported(): Promise<void> {
    this.#phase.value = { kind: 'unsupported' };
    if (this.#slug) await this.#loadBoard(this.#slug).catch(() => undefined);
  }

  office(idOrSlug: string | undefined): BoardOffice | undefined {
    return this.board.value?.offices.find((o) => o.id === idOrSlug || o.slug === idOrSlug);
  }

  async draw(idOrSlug: string, key?: string): Promise<void> {
    this.#errand = { ...this.#errand, office: idOrSlug, key, ask: false };
    this.#phase.value = { kind: 'drawing' };
    this.talk.forget();
    const authority = this.#slug || this.board.peek()?.authority.slug || '';
    const office = this.office(idOrSlug)?.id ?? idOrSlug;
    try {
      await this.ticket.draw({ authority, office, lang: this.#lang.peek() }, key);
      this.#tellTicket(true);
      this.held.value = true;
      this.#phase.value = { kind: 'ticket' };
    } catch (error) {
      this.#phase.value = { kind: 'fault', refusal: refusalOf(error), drawing: true };
    }
  }

  /** Runs a move of the ticket; a refusal is shown on the screen. False: refused. */
  async attempt(move: () => Promise<void>): Promise<boolean> {
    this.refusal.value = null;
    try {
      await move();
      return true;
    } catch (error) {
      this.refusal.value = refusalOf(error);
      return false;
    }
  }

  /** Saves what the citizen says, and says so. */
  async tell(about: About): Promise<void> {
    if (!(await this.attempt(() => this.ticket.about(about)))) return;
    const t = this.texts.peek();
    if (t) this.announcer.say(t('about.saved'));
  }

  /** Deletes all that the server keeps of the citizen. Throws Refusal. */
  async erase(): Promise<void> {
    await this.ticket.erase();
    this.#quiet();
    this.held.value = false;
    this.#tellTicket(false);
    this.#phase.value = { kind: 'deleted' };
  }

  /** The citizen's one click. */
  enter(manner: Manner): void {
    this.bell.silence();
    this.refusal.value = null;
    this.#arriving.value = false;
    this.talk.enter(manner);
    const byText = manner === 'text';
    if ((this.ticket.view.peek()?.text_only ?? false) === byText) return;
    void this.ticket.about({ text_only: byText }).catch(() => undefined); // the clerk sees it in the room, too
  }

  /** Leaves the conversation for good: out of the room at once, and the visit ends. */
  leaveConversation(): Promise<boolean> {
    this.talk.leave();
    return this.attempt(() => this.ticket.leave());
  }

  /** Takes the ticket back from another window. */
  takeBack(): void {
    this.talk.forget();
    this.ticket.follow();
    const view = this.ticket.view.peek();
    if (view?.state === 'serving') this.talk.back(view.text_only ?? false);
  }

  /** The citizen is through with this page. */
  done(): void {
    this.#quiet();
    this.#part();
    this.ticket.forget();
    this.#tellTicket(false);
    this.host.done();
    if (!this.host.framed) this.#phase.value = { kind: 'pick', office: undefined };
  }

  #before: CitizenTicket | null = null;

  /** After each new view of the ticket. */
  #follow(view: CitizenTicket | null): void {
    const before = this.#before;
    this.#before = view;
    if (!view) return;
    if (before && isSoon(view) && before.office === view.office && before.ahead > SOON) this.bell.nudge();
    const talking = this.talk.conversation.peek() !== null;
    const over = isOver(view);
    this.#awake.set(!over && view.state !== 'missed');
    if (view.state === 'called' && !talking) this.#called(view);
    else {
      this.bell.silence();
      this.notifier.hide();
      this.announcer.callOver();
      if (view.state !== 'called') this.#calling = '';
      this.host.title(null);
    }
    if (view.state !== 'serving') this.talk.forget();
    const back = !this.talk.ending.peek() && !this.ticket.replaced.peek() && !this.#arriving.peek();
    if (view.state === 'serving' && !talking && back) this.talk.back(view.text_only ?? false);
    else if (talking && view.state !== 'serving' && view.state !== 'called') this.talk.close();
    if (over) {
      this.#tellTicket(false);
      this.devices.close();
      this.ticket.unfollow();
    }
  }

  #calling = '';

  /** Once for each call: the clerk may call again, with a new deadline. */
  #called(view: CitizenTicket): void {
    const call = view.call?.deadline ?? view.id;
    if (this.#calling === call) return;
    const again = this.#calling !== '';
    this.#calling = call;
    const t = this.texts.peek();
    if (t) {
      const office = t.of(view.office_name);
      const title = t('call.title', { number: view.number });
      this.host.title(title);
      this.announcer.call(t(again ? 'call.heard_again' : 'call.heard', { number: view.number, office }));
      this.notifier.show(title, t('call.who_office', { office }));
    }
    this.bell.ring();
    if (this.tried.peek() && !view.text_only) void this.devices.open({ sound: true, camera: true });
  }

  /** The ticket goes on elsewhere, or is deleted. */
  #without(): void {
    this.#quiet();
    this.held.value = false;
    this.#tellTicket(false);
  }

  /** The last page of a ticket is left: its cookie has done its work. */
  #part(): void {
    const view = this.ticket.view.peek();
    if (view && isOver(view) && this.held.peek()) this.ticket.part();
    this.held.value = false;
  }

  #quiet(): void {
    this.bell.silence();
    this.notifier.hide();
    this.talk.close();
    this.host.title(null);
    this.devices.close();
    this.#awake.set(false);
  }
}
