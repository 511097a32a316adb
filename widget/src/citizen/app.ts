// The app behind the screens: owns the ticket, the devices and the conversation, and lets the host know.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals-core';
import { Api, Refusal, refusalOf } from '../client/api.ts';
import { socketUrl, type Wake } from '../client/live.ts';
import type { Board, BoardOffice, CitizenTicket } from '../client/protocol.ts';
import { TicketClient } from '../client/ticket.ts';
import { Devices } from '../media/devices.ts';
import { Announcer } from './announcer.ts';
import { Awake } from './awake.ts';
import { Bell } from './bell.ts';
import type { Host } from './host.ts';
import { isOver, type Phase, type Screen, screenOf } from './screen.ts';
import { Talk } from './talk.ts';
import { type CitizenTexts, loadMessages, textsOf } from './texts.ts';

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
}

export class App {
  readonly host: Host;
  readonly ticket: TicketClient;
  readonly devices = new Devices();
  readonly bell: Bell;
  readonly announcer = new Announcer();
  readonly board: Signal<Board | null> = signal(null);
  readonly texts: Signal<CitizenTexts | null> = signal(null);
  readonly talk: Talk;
  readonly screen: ReadonlySignal<Screen>;
  /** A refusal of something that was tried on the present screen. */
  readonly refusal: Signal<Refusal | null> = signal(null);
  /** The camera has been tried while waiting: warm it up when the call comes. */
  readonly tried = signal(false);
  /** The town's board holds our frame: privacy notice, imprint and the like stand below us already. */
  readonly boarded = signal(false);
  /** The board shows us in the full window. */
  readonly full = signal(false);

  readonly #phase = signal<Phase>({ kind: 'loading' });
  readonly #messages = signal<Awaited<ReturnType<typeof loadMessages>> | null>(null);
  readonly #lang = signal('de');
  readonly #slug: string;
  readonly #awake = new Awake();
  #errand: Errand = {};
  #code: string | undefined; // for the next load, where the cookie is refused

  constructor(host: Host, slug: string, wake: Wake) {
    this.host = host;
    this.#slug = slug;
    this.bell = new Bell(host);
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
        talking: this.talk.conversation.value !== null,
        ending: this.talk.ending.value,
        settled: this.talk.settled.value,
      }),
    );
    effect(() => {
      const messages = this.#messages.value;
      if (messages) this.texts.value = textsOf(this.#lang.value, messages, this.board.value?.authority.texts);
    });
    effect(() => {
      const view = this.ticket.view.value;
      untracked(() => this.#follow(view));
    });
    effect(() => {
      if (this.ticket.replaced.value) untracked(() => this.#quiet());
    });
  }

  async setLang(lang: string): Promise<void> {
    if (lang === this.#lang.peek() && this.#messages.peek()) return;
    const messages = await loadMessages(lang);
    this.#lang.value = lang;
    this.#messages.value = messages;
    if (this.ticket.view.peek()) void this.ticket.about({ lang }).catch(() => undefined);
  }

  /** Begins: an existing ticket first, then what was asked for. */
  async begin(errand: Errand): Promise<void> {
    this.#errand = errand;
    this.refusal.value = null;
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
    if (errand.ask) this.#phase.value = { kind: 'pick', office: errand.office };
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
      this.#phase.value = { kind: 'ticket' };
    } catch (error) {
      this.#phase.value = { kind: 'fault', refusal: refusalOf(error), drawing: true };
    }
  }

  /** Runs a move of the ticket; a refusal is shown on the screen. */
  async attempt(move: () => Promise<void>): Promise<void> {
    this.refusal.value = null;
    try {
      await move();
    } catch (error) {
      this.refusal.value = refusalOf(error);
    }
  }

  /** The citizen's one click. */
  enter(camera: boolean): void {
    this.bell.silence();
    this.refusal.value = null;
    this.talk.enter(camera);
  }

  /** Leaves the conversation for good: out of the room at once, and the visit ends. */
  leaveConversation(): Promise<void> {
    this.talk.leave();
    return this.attempt(() => this.ticket.leave());
  }

  /** Takes the ticket back from another window. */
  takeBack(): void {
    this.talk.forget();
    this.ticket.follow();
    if (this.ticket.view.peek()?.state === 'serving') this.talk.back();
  }

  /** The citizen is through with this page. */
  done(): void {
    this.#quiet();
    this.ticket.forget();
    this.#tellTicket(false);
    this.host.done();
    if (!this.host.framed) this.#phase.value = { kind: 'pick', office: undefined };
  }

  /** After each new view of the ticket. */
  #follow(view: CitizenTicket | null): void {
    if (!view) return;
    const talking = this.talk.conversation.peek() !== null;
    const over = isOver(view);
    this.#awake.set(!over && view.state !== 'missed');
    if (view.state === 'called' && !talking) this.#called(view);
    else {
      this.bell.silence();
      this.announcer.callOver();
      if (view.state !== 'called') this.#calling = '';
      this.host.title(null);
    }
    if (view.state !== 'serving') this.talk.forget();
    if (view.state === 'serving' && !talking && !this.talk.ending.peek() && !this.ticket.replaced.peek())
      this.talk.back();
    else if (talking && view.state !== 'serving' && view.state !== 'called') this.talk.close();
    if (over) {
      this.#tellTicket(false);
      this.devices.close();
      this.ticket.end();
    }
  }

  #calling = '';

  /** Once for each call. */
  #called(view: CitizenTicket): void {
    const call = view.call?.deadline ?? view.id;
    if (this.#calling === call) return;
    this.#calling = call;
    const t = this.texts.peek();
    if (t) {
      const office = t.of(view.office_name);
      this.host.title(t('call.title', { number: view.number }));
      this.announcer.call(t('call.heard', { number: view.number, office }));
    }
    this.bell.ring();
    if (this.tried.peek()) void this.devices.open({ sound: true, camera: true });
  }

  #quiet(): void {
    this.bell.silence();
    this.talk.close();
    this.host.title(null);
    this.devices.close();
    this.#awake.set(false);
  }
}
