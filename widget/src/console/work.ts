// The workplace: what a clerk does, put together from the session, the devices and the conversation. It owns which
// conversation runs: there is one exactly while a ticket is called or served at an own desk, also after a reload.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Refusal, refusalOf } from '../client/api';
import type { Wake } from '../client/live';
import type {
  AskColleague,
  Board,
  CallReason,
  ClerkTicket,
  Consult,
  Grant,
  GuestInvitation,
  InviteGuest,
  MoveConsult,
  TransferTicket,
} from '../client/protocol';
import { roomLink } from '../client/room';
import { Conversation } from '../media/conversation';
import type { DeviceEnv, Devices } from '../media/devices';
import type { Bell } from './bell';
import type { ClerkClient } from './clerk';
import { Consulting } from './consult';
import {
  type Current,
  currentOf,
  fateOf,
  isLastCall,
  isReason,
  nextCall,
  type Offices,
  outOfTurn,
  ownOffices,
  rings,
  waitingHere,
} from './office';
import type { Key } from './texts';

/** Something that has happened, to be said once: a text key and its values. */
export interface News {
  key: Key;
  values: { number?: string; office?: string; name?: string; n?: number };
}

/** The dialog that is open; there is at most one. */
export type DialogState =
  | { kind: 'open' | 'pause' | 'close' | 'message'; office: string }
  | { kind: 'reason'; office: string; ticket: ClerkTicket }
  /** Without a ticket: the one that is served. */
  | { kind: 'transfer'; office: string; ticket?: ClerkTicket }
  | { kind: 'finish' | 'ask' | 'invite' | 'bell' | 'keys' | 'out' }
  | undefined;

/** How long the last event stays on the screen. */
const newsMs = 20_000;

export interface WorkOptions {
  client: ClerkClient;
  devices: Devices;
  permission: DeviceEnv['permission'];
  bell: Bell;
  wake?: Wake;
  /** The name of an office in the language of the screen. */
  name: (office: string) => string;
}

export class Work {
  readonly client: ClerkClient;
  readonly devices: Devices;
  readonly bell: Bell;
  readonly current: ReadonlySignal<Current | undefined>;
  /** The socket is there: what is shown is live. */
  readonly online: ReadonlySignal<boolean>;
  /** There may be another office to pass somebody on to: not known while the board is not here. */
  readonly passes: ReadonlySignal<boolean>;
  readonly dialog = signal<DialogState>(undefined);
  readonly consulting: Consulting;
  readonly #o: WorkOptions;
  readonly #board = signal<Board | undefined>(undefined);
  readonly #talk = signal<Conversation | undefined>(undefined);
  readonly #news = signal<News | undefined>(undefined);
  readonly #refusal = signal<Refusal | undefined>(undefined);
  #acting = 0;
  #coming: Promise<Grant> | undefined;
  #resting = false; // the devices are off for a pause

  constructor(o: WorkOptions) {
    this.#o = o;
    this.client = o.client;
    this.devices = o.devices;
    this.bell = o.bell;
    this.current = computed(() => currentOf(this.client.offices.value));
    this.online = computed(() => {
      const { live, replaced, offices } = this.client;
      return live.value.kind === 'open' && !replaced.value && offices.value.size > 0;
    });
    this.consulting = new Consulting({
      client: this.client,
      devices: this.devices,
      bell: this.bell,
      talking: computed(() => this.current.value?.ticket.state === 'serving'),
      ...(o.wake ? { wake: o.wake } : {}),
    });
    this.passes = computed(() => this.#board.value?.offices.length !== 1);
    this.client.watch((before, after, office) => this.#changed(before, after, office));
    const key = computed(() => {
      const current = this.client.replaced.value ? undefined : this.current.value; // the other window has it
      return current && `${current.desk.id} ${current.ticket.id}`;
    });
    effect(() => this.#meet(key.value));
    effect(() => {
      if (this.client.session.value.kind === 'in') void this.loadBoard().catch(() => undefined);
    });
    effect(() => {
      if (this.client.session.value.kind !== 'out' && !this.client.replaced.value) return;
      this.devices.close();
      this.bell.hush();
    });
    effect(() => {
      const nobody = this.online.value && waitingHere(this.client.offices.value) === 0;
      if (nobody || this.current.value) this.bell.hush();
    });
    effect(() => {
      if (!this.#news.value) return;
      const timer = setTimeout(() => {
        this.#news.value = undefined;
      }, newsMs);
      return () => clearTimeout(timer);
    });
  }

  /** The conversation that runs. */
  get talk(): ReadonlySignal<Conversation | undefined> {
    return this.#talk;
  }
  get news(): ReadonlySignal<News | undefined> {
    return this.#news;
  }
  /** Why the last thing that was done did not work. */
  get refusal(): ReadonlySignal<Refusal | undefined> {
    return this.#refusal;
  }

  /** All offices of the authority, as the public sees them. */
  get board(): ReadonlySignal<Board | undefined> {
    return this.#board;
  }
  async loadBoard(): Promise<void> {
    this.#board.value = await this.client.board();
  }

  dismiss(): void {
    this.#refusal.value = undefined;
  }

  /** Opens a desk; asks for the devices first, with the reason shown, unless they are there or need no question. */
  async open(office: string): Promise<void> {
    this.bell.wake();
    if (!(await this.ready())) this.dialog.value = { kind: 'open', office };
    else await this.openNow(office);
  }

  openNow(office: string): Promise<void> {
    return this.#do({ key: 'done.opened', values: { office: this.#o.name(office) } }, () => this.client.open(office));
  }

  /** Starts the devices if the browser will not ask; a slow camera holds up no desk. False: it would, so say why first. */
  async ready(): Promise<boolean> {
    if (this.devices.sound.peek() || this.devices.camera.peek()) return true;
    const states = await Promise.all([this.#o.permission('sound'), this.#o.permission('camera')]);
    if (states.includes('prompt') || states.includes(undefined)) return false;
    void this.startDevices();
    return true;
  }

  startDevices(): Promise<void> {
    return this.devices.open({ sound: true, camera: true });
  }

  pause(office: string, until: Date | undefined): Promise<void> {
    this.bell.hush();
    return this.#atDesk(office, 'done.paused', async (desk) => {
      await this.client.pause(desk, until);
      this.#rest();
    });
  }

  resume(office: string): Promise<void> {
    this.bell.wake();
    return this.#atDesk(office, 'done.opened', async (desk) => {
      await this.client.resume(desk);
      if (this.#resting) await this.ready();
      this.#resting = false;
    });
  }

  close(office: string): Promise<void> {
    return this.#atDesk(office, 'done.closed', async (desk) => {
      await this.client.close(desk);
      this.#rest();
    });
  }

  issue(office: string, on: boolean): Promise<void> {
    return this.#do(undefined, () => this.client.issue(office, on));
  }

  /** Calls whoever is next. Does nothing if nobody can be called: the button says why. */
  async next(): Promise<void> {
    const office = nextCall(this.client.offices.peek(), this.online.peek());
    if (!isReason(office)) await this.call(office.id);
  }

  /** Calls the next, or a certain one: out of turn it asks for the reason first. */
  async call(office: string, ticket?: ClerkTicket, reason?: CallReason): Promise<void> {
    const view = this.client.offices.peek().get(office);
    if (ticket && !reason && view && outOfTurn(view, ticket)) {
      this.dialog.value = { kind: 'reason', office, ticket };
      return;
    }
    await this.#admit(office, 'done.called', (desk) => this.client.call(desk, ticket?.id, reason));
    // The list has moved meanwhile, or the server knows more of who is passed over.
    if (!ticket || reason || this.#refusal.peek()?.key !== 'reason_missing') return;
    this.dismiss();
    this.dialog.value = { kind: 'reason', office, ticket };
  }

  /** Takes over from a colleague who has vanished. */
  take(office: string, ticket: string): Promise<void> {
    return this.#admit(office, 'done.taken', (desk) => this.client.take(desk, ticket));
  }

  async #admit(office: string, key: Key, ask: (desk: string) => Promise<Grant>): Promise<void> {
    const desk = this.client.offices.peek().get(office)?.desk?.id;
    if (!desk || this.#coming) return;
    this.bell.wake();
    this.bell.hush();
    await this.#do(undefined, async () => {
      this.#coming = ask(desk);
      try {
        await this.#coming;
      } finally {
        this.#coming = undefined;
      }
      const number = this.current.peek()?.ticket.number;
      if (number) this.#news.value = { key, values: { number } };
    });
  }

  /** Calls once more who has not come yet. */
  recall(): Promise<void> {
    return this.#settle('done.again', (desk) => this.client.recall(desk));
  }
  lapse(): Promise<void> {
    return this.#settle(this.recalls ? 'done.lapsed' : 'done.missed', (desk) => this.client.lapse(desk));
  }
  finish(): Promise<void> {
    return this.#settle('done.finished', (desk) => this.client.finish(desk));
  }
  park(): Promise<void> {
    return this.#settle('done.parked', (desk) => this.client.park(desk));
  }
  /** Passes on who is served here, or one who waits. name is the other office's. */
  transfer(from: string, ticket: ClerkTicket | undefined, to: TransferTicket, name: string): Promise<void> {
    if (!ticket) return this.#settle('done.transferred', (desk) => this.client.transfer(desk, to), name);
    const news = { key: 'done.transferred', values: { number: ticket.number, office: name } } as const;
    return this.#do(news, () => this.client.pass(from, ticket.id, to));
  }

  putBack(office: string, ticket: ClerkTicket): Promise<void> {
    const news = { key: 'done.putBack', values: { number: ticket.number } } as const;
    return this.#do(news, () => this.client.putBack(office, ticket.id));
  }

  /** Tells all who wait there something; empty: nothing any more. */
  tell(office: string, text: string): Promise<void> {
    const news = { key: text ? 'done.told' : 'done.untold', values: { office: this.#o.name(office) } } as const;
    return this.#do(news, () => this.client.tell(office, text));
  }

  /** Refusals are for whoever asks: they are shown beside what was typed. */
  async invite(guest: InviteGuest): Promise<GuestInvitation> {
    return this.client.invite(this.#desk, guest);
  }
  removeGuest(guest: string, name: string): Promise<void> {
    return this.#do({ key: 'guests.removed', values: { name } }, () => this.client.removeGuest(this.#desk, guest));
  }
  silence(guest: string, muted: boolean, hidden: boolean): Promise<void> {
    return this.#do(undefined, () => this.client.silence(this.#desk, guest, muted, hidden));
  }
  lock(locked: boolean): Promise<void> {
    return this.#do({ key: locked ? 'guests.locked' : 'guests.unlocked', values: {} }, () =>
      this.client.lock(this.#desk, locked),
    );
  }

  /** The desk of the conversation. */
  get #desk(): string {
    return this.current.peek()?.desk.id ?? '';
  }

  /** Whether the called one may be called once more. */
  get recalls(): boolean {
    const current = this.current.peek();
    return current !== undefined && !isLastCall(current);
  }

  /** The office that a shortcut means: that of the conversation, else the first with an open desk, else any own. */
  get here(): string | undefined {
    const own = ownOffices(this.client.offices.peek());
    return (this.current.peek()?.office ?? own.find((o) => o.desk?.state === 'open') ?? own[0])?.id;
  }

  /** Asks a colleague about the conversation that runs. */
  ask(body: AskColleague, name: string): Promise<void> {
    const current = this.current.peek();
    if (!current) return Promise.resolve();
    return this.#do({ key: 'consult.sent', values: { name } }, () => this.client.askColleague(current.desk.id, body));
  }

  /** A move of a consult; what came of it shows in its view. */
  consult(id: string, body: MoveConsult): Promise<void> {
    return this.#do(undefined, () => this.client.moveConsult(id, body));
  }

  /** The colleague's yes. By this click the browser may ask for the devices. */
  async accept(consult: Consult): Promise<void> {
    this.bell.wake();
    const way = consult.wish ?? 'chat';
    if (way !== 'chat') await this.devices.open({ sound: true, camera: way !== 'voice' });
    await this.consult(consult.id, { move: 'accept' });
  }

  /** In a conversation it is asked first, unless it was. */
  async signOut(sure = false): Promise<void> {
    if (!sure && this.current.peek()?.ticket.state === 'serving') {
      this.dialog.value = { kind: 'out' };
      return;
    }
    await this.#do(undefined, () => this.client.signOut());
  }

  /** Joins the room again, by a fresh grant. */
  rejoin(): void {
    const current = this.current.peek();
    if (!current) return;
    this.#talk.peek()?.close();
    this.#join(current.desk.id);
  }

  #settle(key: Key, act: (desk: string) => Promise<void>, office?: string): Promise<void> {
    const current = this.current.peek();
    if (!current) return Promise.resolve();
    const values = { number: current.ticket.number, ...(office ? { office } : {}) };
    return this.#do({ key, values }, () => act(current.desk.id));
  }

  #atDesk(office: string, key: Key, act: (desk: string) => Promise<void>): Promise<void> {
    const desk = this.client.offices.peek().get(office)?.desk?.id;
    if (!desk) return Promise.resolve();
    return this.#do({ key, values: { office: this.#o.name(office) } }, () => act(desk));
  }

  /** Does something at the server: what came of it is said, and a refusal shown. */
  async #do(news: News | undefined, act: () => Promise<void>): Promise<void> {
    this.#refusal.value = undefined;
    this.#acting++;
    try {
      await act();
      if (news) this.#news.value = news;
      this.dialog.value = undefined;
    } catch (error) {
      this.#refusal.value = refusalOf(error);
      this.dialog.value = undefined;
    } finally {
      this.#acting--;
    }
  }

  /** The light of the camera does not burn while no desk is open. */
  #rest(): void {
    const desks = [...this.client.offices.peek().values()].map((office) => office.desk?.state ?? 'closed');
    if (desks.includes('open') || this.current.peek()) return;
    this.#resting = this.devices.sound.peek() !== null || this.devices.camera.peek() !== null;
    this.devices.close();
  }

  #meet(key: string | undefined): void {
    this.#talk.peek()?.close();
    this.#talk.value = undefined;
    const dialog = this.dialog.peek();
    const ofVisit = ['finish', 'ask', 'invite'].includes(dialog?.kind ?? '');
    if (ofVisit || (dialog?.kind === 'transfer' && !dialog.ticket)) this.dialog.value = undefined;
    if (!key) return;
    this.#join(key.split(' ')[0] ?? '');
    if (!this.#coming) void this.ready(); // a reload in the middle of a conversation
  }

  #join(desk: string): void {
    const renew = () => this.client.grant(desk);
    const link = roomLink({ grant: this.#coming ?? renew(), renew, ...(this.#o.wake ? { wake: this.#o.wake } : {}) });
    this.#talk.value = new Conversation({ link, devices: this.devices, held: this.consulting.held });
  }

  #changed(before: Offices, after: Offices, office: string): void {
    if (rings(before, after, office)) {
      this.bell.arrival();
      this.#news.value = { key: 'queue.arrived', values: { n: after.get(office)?.waiting.length ?? 0 } };
    }
    const was = before.get(office)?.current;
    const view = after.get(office);
    if (!was || !view) return;
    const number = was.number;
    if (view.current?.id === was.id) {
      if (was.state !== 'called' || view.current.state !== 'serving') return;
      this.bell.entering();
      this.#news.value = { key: 'visit.entered', values: { number } };
    } else if (this.#acting === 0) {
      this.#news.value = { key: `fate.${fateOf(was, view)}`, values: { number } };
    }
  }
}
