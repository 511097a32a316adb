// The clerk's session, the views of the offices and the socket that brings them: their only owner. No DOM.
import { type ReadonlySignal, signal } from '@preact/signals';
import { type Api, Refusal, refusalOf } from '../client/api';
import { type ConsoleIn, type ConsoleOut, unknownFrame } from '../client/frames';
import { Live, type LiveState, type Wake } from '../client/live';
import {
  type AskColleague,
  type Board,
  type CallReason,
  type CallResult,
  type CallTicket,
  type CaptionerLink,
  type ClerkSession,
  type Colleague,
  type Colleagues,
  type Consult,
  type Consults,
  type Grant,
  type GuestInvitation,
  type InviteGuest,
  type MoveConsult,
  type OfficeView,
  type TransferTicket,
  VERSIONS,
} from '../client/protocol';
import { accept, type Offices } from './office';

export interface ClerkOptions {
  api: Api;
  /** Address of /api/v1/console/socket. */
  socketUrl: string;
  wake?: Wake;
  socket?: (url: string) => WebSocket;
  /** Reaches the other windows of this browser. The server tells them too, but not one whose socket is down: that one
   * would take the desk back as soon as it is up again. */
  windows?: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
}

/** Who is signed in. loading: not known yet. lost: the server did not answer. */
export type SessionState =
  | { kind: 'loading' }
  | { kind: 'lost' }
  | { kind: 'out'; over: boolean }
  | { kind: 'in'; session: ClerkSession };

const path = '/api/v1/console';

const slugKey = 'schalter-authority';

/** The authority that was signed in to here last: its own way of signing in is offered first. A clerk's browser, and no
 * citizen's. */
export function remembered(): string {
  try {
    return localStorage.getItem(slugKey) ?? '';
  } catch {
    return '';
  }
}

function remember(slug: string): void {
  try {
    localStorage.setItem(slugKey, slug);
  } catch {
    // A browser that keeps nothing: the address has the slug, or the password works.
  }
}

export class ClerkClient {
  readonly #o: ClerkOptions;
  readonly #session = signal<SessionState>({ kind: 'loading' });
  readonly #offices = signal<Offices>(new Map());
  readonly #live = signal<LiveState>({ kind: 'connecting' });
  readonly #consults = signal<readonly Consult[]>([]);
  #consultsAt = 0;
  readonly #replaced = signal(false);
  readonly #clock = signal(Date.now());
  readonly #listeners = new Set<(before: Offices, after: Offices, office: string) => void>();
  #skew = 0;
  #socket: Live<ConsoleIn, ConsoleOut> | undefined;
  #unfollow: (() => void) | undefined;
  #greeted = false;

  constructor(o: ClerkOptions) {
    this.#o = o;
    setInterval(() => this.#tick(), 1000);
    o.windows?.addEventListener('message', () => {
      if (this.#socket) this.#yield();
    });
  }

  get api(): Api {
    return this.#o.api;
  }
  get session(): ReadonlySignal<SessionState> {
    return this.#session;
  }
  get offices(): ReadonlySignal<Offices> {
    return this.#offices;
  }
  /** What colleagues ask of this clerk, and what this one asks of them. */
  get consults(): ReadonlySignal<readonly Consult[]> {
    return this.#consults;
  }
  get live(): ReadonlySignal<LiveState> {
    return this.#live;
  }
  /** A newer window has taken over; this one is quiet until follow. */
  get replaced(): ReadonlySignal<boolean> {
    return this.#replaced;
  }
  /** The server's clock in milliseconds, anew every second. */
  get clock(): ReadonlySignal<number> {
    return this.#clock;
  }

  /** Calls the listener after each accepted view. */
  watch(listener: (before: Offices, after: Offices, office: string) => void): void {
    this.#listeners.add(listener);
  }

  /** Looks whether this browser is signed in. */
  async load(): Promise<void> {
    this.#session.value = { kind: 'loading' };
    try {
      this.enter(await this.#o.api.get<ClerkSession>(`${path}/session`));
    } catch (error) {
      const out = error instanceof Refusal && error.status === 401;
      this.#session.value = out ? { kind: 'out', over: false } : { kind: 'lost' };
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    this.enter(await this.#o.api.post<ClerkSession>(`${path}/session`, { email, password }));
  }

  async signOut(): Promise<void> {
    await this.ask(this.#o.api.delete(`${path}/session`));
    this.#leave(false);
  }

  async open(office: string): Promise<void> {
    this.#accept(await this.ask(this.#o.api.post<OfficeView>(`${path}/desks`, { office })));
  }
  /** What the authority's own service needs to write captions into the conversation. The one before is void. */
  captioner(desk: string): Promise<CaptionerLink> {
    return this.ask(this.#o.api.post<CaptionerLink>(`${path}/desks/${desk}/captioner`));
  }
  pause(desk: string, until: Date | undefined): Promise<void> {
    return this.#move(desk, 'pause', until ? { until: until.toISOString() } : {});
  }
  resume(desk: string): Promise<void> {
    return this.#move(desk, 'resume');
  }
  close(desk: string): Promise<void> {
    return this.#move(desk, 'close');
  }
  /** Calls a certain ticket, or the next; out of turn with a reason. The grant lets the clerk's side into the room at
   * once. */
  call(desk: string, ticket?: string, reason?: CallReason): Promise<Grant> {
    return this.#admit(desk, 'call', ticket ? { ticket, ...(reason ? { reason } : {}) } : {});
  }
  /** Takes over a ticket whose clerk has vanished. */
  take(desk: string, ticket: string): Promise<Grant> {
    return this.#admit(desk, 'take', { ticket });
  }
  async #admit(desk: string, move: 'call' | 'take', body: CallTicket): Promise<Grant> {
    const result = await this.ask(this.#o.api.post<CallResult>(`${path}/desks/${desk}/${move}`, body));
    this.#accept(result.office);
    return result.grant;
  }
  /** Calls the called ticket once more. */
  recall(desk: string): Promise<void> {
    return this.#move(desk, 'recall');
  }
  /** Takes the call back. */
  lapse(desk: string): Promise<void> {
    return this.#move(desk, 'lapse');
  }
  finish(desk: string): Promise<void> {
    return this.#move(desk, 'finish');
  }
  park(desk: string): Promise<void> {
    return this.#move(desk, 'park');
  }
  transfer(desk: string, to: TransferTicket): Promise<void> {
    return this.#move(desk, 'transfer', to);
  }
  /** Invites a guest to the conversation at the desk. The link is told this once. */
  invite(desk: string, guest: InviteGuest): Promise<GuestInvitation> {
    return this.ask(this.#o.api.post<GuestInvitation>(`${path}/desks/${desk}/guests`, guest));
  }
  /** Switches a guest's sound and picture off or on. */
  silence(desk: string, guest: string, muted: boolean, hidden: boolean): Promise<void> {
    return this.ask(this.#o.api.put(`${path}/desks/${desk}/guests/${guest}`, { muted, hidden }));
  }
  removeGuest(desk: string, guest: string): Promise<void> {
    return this.ask(this.#o.api.delete(`${path}/desks/${desk}/guests/${guest}`));
  }
  /** Shuts the room to further guests, or opens it again. */
  lock(desk: string, locked: boolean): Promise<void> {
    return this.ask(this.#o.api.put(`${path}/desks/${desk}/lock`, { locked }));
  }

  /** Another grant for the running conversation. */
  grant(desk: string): Promise<Grant> {
    return this.ask(this.#o.api.post<Grant>(`${path}/desks/${desk}/grant`));
  }
  async issue(office: string, on: boolean): Promise<void> {
    this.#accept(await this.ask(this.#o.api.put<OfficeView>(`${path}/offices/${office}/issuing`, { on })));
  }

  /** Passes one who waits on to another office. */
  async pass(office: string, ticket: string, to: TransferTicket): Promise<void> {
    const url = `${path}/offices/${office}/tickets/${ticket}/transfer`;
    this.#accept(await this.ask(this.#o.api.post<OfficeView>(url, to)));
  }
  /** Puts one who missed the calls back at the head of the queue. */
  async putBack(office: string, ticket: string): Promise<void> {
    const url = `${path}/offices/${office}/tickets/${ticket}/return`;
    this.#accept(await this.ask(this.#o.api.post<OfficeView>(url)));
  }
  /** Tells all who wait there something; empty: nothing any more. */
  async tell(office: string, text: string): Promise<void> {
    this.#accept(await this.ask(this.#o.api.put<OfficeView>(`${path}/offices/${office}/message`, { text })));
  }
  /** Who of the authority is at work now. */
  async colleagues(): Promise<Colleague[]> {
    return (await this.ask(this.#o.api.get<Colleagues>(`${path}/colleagues`))).colleagues;
  }
  /** Asks a colleague about the conversation at the desk. */
  async askColleague(desk: string, body: AskColleague): Promise<void> {
    this.#consulted(await this.ask(this.#o.api.post<Consults>(`${path}/desks/${desk}/consult`, body)));
  }
  async moveConsult(consult: string, body: MoveConsult): Promise<void> {
    this.#consulted(await this.ask(this.#o.api.post<Consults>(`${path}/consults/${consult}/move`, body)));
  }
  /** Says a line in its chat. */
  async sayInConsult(consult: string, text: string): Promise<void> {
    this.#consulted(await this.ask(this.#o.api.post<Consults>(`${path}/consults/${consult}/lines`, { text })));
  }
  /** Admits to where the consult takes place: its own room, or, the colleague, the conversation. */
  consultGrant(consult: string): Promise<Grant> {
    return this.ask(this.#o.api.post<Grant>(`${path}/consults/${consult}/grant`));
  }
  #consulted(view: Consults): void {
    const at = Date.parse(view.now);
    if (at < this.#consultsAt) return; // an answer that was overtaken
    this.#consultsAt = at;
    this.#consults.value = view.consults;
  }
  /** The authority's offices as the public sees them, the ones of other clerks too. */
  board(): Promise<Board> {
    const state = this.#session.peek();
    const slug = state.kind === 'in' ? state.session.authority.slug : '';
    return this.ask(this.#o.api.get<Board>(`/api/v1/authorities/${slug}/board`));
  }

  /** Opens the socket, here and now: another window of the same clerk goes quiet. */
  follow(): void {
    this.#quiet();
    this.#replaced.value = false;
    this.#o.windows?.postMessage('here');
    const socket = new Live<ConsoleIn, ConsoleOut>({
      plan: () => ({ url: this.#o.socketUrl, first: { type: 'hello', data: { versions: VERSIONS } } }),
      onFrame: (frame) => this.#frame(frame),
      ...(this.#o.wake ? { wake: this.#o.wake } : {}),
      ...(this.#o.socket ? { socket: this.#o.socket } : {}),
    });
    this.#socket = socket;
    this.#unfollow = socket.state.subscribe((state) => {
      this.#live.value = state;
      // The server's last word: mostly a session that has ended. Asking tells, by its answer.
      if (state.kind === 'closed' && state.code >= 4000 && !this.#replaced.value) void this.#again(socket);
    });
  }

  async #again(socket: Live<ConsoleIn, ConsoleOut>): Promise<void> {
    await this.ask(this.#o.api.get<ClerkSession>(`${path}/session`)).catch(() => undefined);
    setTimeout(() => {
      if (this.#socket === socket) this.follow();
    }, 5000);
  }

  async #move(desk: string, move: string, body?: unknown): Promise<void> {
    this.#accept(await this.ask(this.#o.api.post<OfficeView>(`${path}/desks/${desk}/${move}`, body)));
  }

  /** Waits for an answer of the API; a session that has ended shows in any. */
  async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (refusalOf(error).status === 401) this.#leave(true);
      throw error;
    }
  }

  /** A login, or another step of one, has succeeded. */
  enter(session: ClerkSession): void {
    remember(session.authority.slug);
    this.#session.value = { kind: 'in', session };
    if (session.stage === 'full') this.follow();
  }

  /** The session has ended, as was asked for. */
  left(): void {
    this.#leave(false);
  }

  #leave(over: boolean): void {
    this.#quiet();
    this.#consults.value = [];
    this.#offices.value = new Map();
    this.#session.value = { kind: 'out', over };
  }

  /** Another window has taken over. */
  #yield(): void {
    this.#replaced.value = true;
    this.#consults.value = []; // the other window has them
    this.#quiet();
  }

  #quiet(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  #frame(frame: ConsoleIn): void {
    switch (frame.type) {
      case 'welcome':
        this.#skewTo(frame.data.now);
        if (this.#greeted) void this.#refresh();
        this.#greeted = true;
        break;
      case 'office':
        this.#accept(frame.data);
        break;
      case 'consults':
        this.#consulted(frame.data);
        break;
      case 'replaced':
        this.#yield();
        break;
      case 'problem': // the socket closes if it matters; its state tells
        break;
      default:
        unknownFrame(frame);
    }
  }

  #accept(view: OfficeView): void {
    const before = this.#offices.value;
    const taken = accept(before, view);
    if (taken === before) return;
    const after = this.#ordered(taken);
    this.#skewTo(view.now);
    this.#offices.value = after;
    for (const listener of this.#listeners) listener(before, after, view.id);
  }

  /** As the session names them, in whatever order their first views came. One that was taken away stays only as long as
   * somebody is called or served there. */
  #ordered(offices: Offices): Offices {
    const state = this.#session.peek();
    const order = state.kind === 'in' ? state.session.offices.map((o) => o.id) : [];
    const own = [...offices].filter(([id, view]) => order.includes(id) || view.current);
    return new Map(own.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
  }

  /** The socket is back: the offices may be others by now. */
  async #refresh(): Promise<void> {
    const session = await this.ask(this.#o.api.get<ClerkSession>(`${path}/session`)).catch(() => undefined);
    if (!session || this.#session.peek().kind !== 'in') return;
    this.#session.value = { kind: 'in', session };
    this.#offices.value = this.#ordered(this.#offices.peek());
  }

  #skewTo(now: string): void {
    this.#skew = Date.parse(now) - Date.now();
    this.#tick();
  }

  #tick(): void {
    this.#clock.value = Date.now() + this.#skew;
  }
}
