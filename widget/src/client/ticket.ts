// The citizen's ticket: the only owner of its view, its secret and its socket.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { type Api, Refusal, randomHex } from './api.ts';
import { type TicketIn, type TicketOut, unknownFrame } from './frames.ts';
import { Live, type LiveState, type Wake } from './live.ts';
import {
  type About,
  type CitizenTicket,
  type Draw,
  type Drawn,
  type Grant,
  type MoveCode,
  type Probed,
  type ResumeCode,
  type TicketExport,
  VERSIONS,
} from './protocol.ts';

export interface TicketOptions {
  /** Made around the secret: `makeApi(() => secret)`. */
  api: (bearer: () => string | undefined) => Api;
  /** Address of /api/v1/ticket/socket. */
  socketUrl: string;
  wake?: Wake;
  /** The browser refuses the cookie: the page keeps this one-time code for its next load. */
  keep?: (resumeCode: string) => void;
  socket?: (url: string) => WebSocket;
}

/** Why this page has the ticket no more. gone: the server does not know it any more; it was deleted, or its time is over. */
export type Lost = 'moved' | 'gone';

/** The server's close codes for a secret that it does not know, and for one whose ticket went to another device. */
const LOST: Readonly<Record<number, Lost>> = { 4401: 'gone', 4410: 'moved' };

/** Never an older view. A transferred ticket counts by another office's revisions: there the server's clock decides. */
export function newer(current: CitizenTicket | null, next: CitizenTicket): boolean {
  if (!current || current.id !== next.id) return true;
  const later = Date.parse(next.now) >= Date.parse(current.now);
  if (current.office !== next.office) return later;
  return next.revision > current.revision || (next.revision === current.revision && later);
}

export class TicketClient {
  readonly api: Api;
  readonly #o: TicketOptions;
  readonly #view = signal<CitizenTicket | null>(null);
  readonly #live = signal<LiveState>({ kind: 'closed', code: 0, reason: '' });
  readonly #replaced = signal(false);
  readonly #lost = signal<Lost | null>(null);
  #secret: string | undefined;
  #socket: Live<TicketIn, TicketOut> | undefined;
  #unfollow: (() => void) | undefined;
  #drawing: { office: string; key: string; run: Promise<void> | undefined } | undefined;
  #skew = 0;
  #erasing = false;

  constructor(o: TicketOptions) {
    this.#o = o;
    this.api = o.api(() => this.#secret);
  }

  get view(): ReadonlySignal<CitizenTicket | null> {
    return this.#view;
  }
  /** State of the socket; closed while there is no ticket. */
  get live(): ReadonlySignal<LiveState> {
    return this.#live;
  }
  /** A newer window has taken over; this one is quiet. */
  get replaced(): ReadonlySignal<boolean> {
    return this.#replaced;
  }
  /** The ticket goes on without this page, or is deleted. */
  get lost(): ReadonlySignal<Lost | null> {
    return this.#lost;
  }
  /** The server's clock, in milliseconds. */
  now(): number {
    return Date.now() + this.#skew;
  }

  /** Draws a number. A double click draws once, and so does a retry after a lost answer. */
  draw(draw: Draw, key?: string): Promise<void> {
    if (this.#drawing?.office !== draw.office || (key && this.#drawing.key !== key)) {
      this.#drawing = { office: draw.office, key: key ?? randomHex(), run: undefined };
    }
    const drawing = this.#drawing;
    drawing.run ??= this.#draw(draw, drawing.key).then(
      () => {
        this.#drawing = undefined;
      },
      (error: unknown) => {
        drawing.run = undefined; // the key stays for the retry
        throw error;
      },
    );
    return drawing.run;
  }

  async #draw(draw: Draw, idempotencyKey: string): Promise<void> {
    const drawn = await this.api.post<Drawn>('/api/v1/tickets', draw, { idempotencyKey });
    if (await this.#cookieRefused()) {
      const again = await this.api.post<Drawn>('/api/v1/tickets', { ...draw, no_cookie: true }, { idempotencyKey });
      this.#take(again);
    } else {
      this.#take(drawn);
    }
  }

  /** The only sure way to know is to see whether it comes back. */
  async #cookieRefused(): Promise<boolean> {
    try {
      this.#accept(await this.api.get<CitizenTicket>('/api/v1/ticket'));
      return false;
    } catch (error) {
      return error instanceof Refusal && error.status === 401;
    }
  }

  #take(drawn: Drawn): void {
    if (drawn.secret) this.#secret = drawn.secret;
    if (drawn.resume) this.#o.keep?.(drawn.resume);
    this.#accept(drawn.ticket);
    this.follow();
  }

  /** Looks for a ticket that this browser already holds. False: it holds none, or none any more; then `lost` says why. */
  async load(): Promise<boolean> {
    try {
      this.#accept(await this.api.get<CitizenTicket>('/api/v1/ticket'));
    } catch (error) {
      if (error instanceof Refusal && error.key === 'ticket_moved') this.#lost.value = 'moved';
      else if (!(error instanceof Refusal && (error.status === 401 || error.status === 404))) throw error;
      return false;
    }
    this.follow();
    return true;
  }

  /** Takes a ticket over by a one-time code. */
  async resume(code: string, noCookie: boolean): Promise<void> {
    this.#take(await this.api.post<Drawn>('/api/v1/ticket/resume', noCookie ? { code, no_cookie: true } : { code }));
  }

  /** A one-time code for a window of its own. */
  async resumeCode(): Promise<string> {
    return (await this.api.post<ResumeCode>('/api/v1/ticket/resume-code')).code;
  }

  /** A one-time code for another device, which then has the ticket alone. */
  moveCode(): Promise<MoveCode> {
    return this.api.post<MoveCode>('/api/v1/ticket/move-code');
  }

  /** All that the server keeps of the citizen. */
  export(): Promise<TicketExport> {
    return this.api.get<TicketExport>('/api/v1/ticket/export');
  }

  /** Deletes all that the server keeps of the citizen, the ticket too. */
  async erase(): Promise<void> {
    this.#erasing = true; // on its way the ticket is left and unknown, which is no news
    try {
      await this.api.delete('/api/v1/ticket');
      this.forget();
    } finally {
      this.#erasing = false;
    }
  }

  /** Enters, or renews the grant of a running conversation. The view follows by the socket. */
  enter(): Promise<Grant> {
    return this.api.post<Grant>('/api/v1/ticket/enter');
  }
  /** Whether the citizen wants that colleague of the clerk in the conversation; no also after a yes. */
  async answerColleague(consult: string, yes: boolean): Promise<void> {
    await this.api.post('/api/v1/ticket/colleague', { consult, yes });
  }
  /** Tests a way to the switch: offer in, answer out. */
  probe(sdp: string): Promise<Probed> {
    return this.api.post<Probed>('/api/v1/ticket/probe', { sdp });
  }
  /** Lets a guest in, or not, or no more. */
  answerGuest(guest: string, agree: boolean): Promise<void> {
    return this.api.post(`/api/v1/ticket/guests/${guest}`, { agree });
  }
  moreTime(): Promise<void> {
    return this.#move('more-time');
  }
  leave(): Promise<void> {
    return this.#move('leave');
  }
  return(): Promise<void> {
    return this.#move('return');
  }
  async about(about: About): Promise<void> {
    this.#accept(await this.api.patch<CitizenTicket>('/api/v1/ticket', about));
  }

  async #move(move: string): Promise<void> {
    this.#accept(await this.api.post<CitizenTicket>(`/api/v1/ticket/${move}`));
  }

  #accept(next: CitizenTicket): void {
    if (this.#erasing || !newer(this.#view.value, next)) return;
    this.#skew = Date.parse(next.now) - Date.now();
    this.#view.value = next;
    this.#lost.value = null;
  }

  /** Opens the socket, here and now: another window of the same ticket goes quiet. */
  follow(): void {
    if (this.#socket) return;
    this.#replaced.value = false;
    const socket = new Live<TicketIn, TicketOut>({
      plan: () => ({
        url: this.#o.socketUrl,
        first: { type: 'hello', data: { versions: VERSIONS, ...(this.#secret ? { secret: this.#secret } : {}) } },
      }),
      onFrame: (frame) => this.#frame(frame),
      ...(this.#o.wake ? { wake: this.#o.wake } : {}),
      ...(this.#o.socket ? { socket: this.#o.socket } : {}),
    });
    this.#socket = socket;
    this.#unfollow = socket.state.subscribe((state) => {
      this.#live.value = state;
      if (state.kind === 'closed' && !this.#erasing) this.#lost.value = LOST[state.code] ?? this.#lost.peek();
    });
  }

  #frame(frame: TicketIn): void {
    switch (frame.type) {
      case 'ticket':
        this.#accept(frame.data);
        break;
      case 'moved':
        this.#lost.value = 'moved';
        this.unfollow();
        break;
      case 'replaced':
        this.#replaced.value = true;
        this.unfollow();
        break;
      case 'welcome':
      case 'problem': // the socket closes if it matters; its state tells
        break;
      default:
        unknownFrame(frame);
    }
  }

  /** Closes the socket; the ticket stays. */
  unfollow(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** The last page of a ticket that is over is being left: the server, asked once again, takes its cookie back. */
  part(): void {
    void this.api.get('/api/v1/ticket', { keepalive: true }).catch(() => undefined);
  }

  /** Forgets the ticket on this page, so that another can be drawn. */
  forget(): void {
    this.unfollow();
    this.#view.value = null;
    this.#secret = undefined;
    this.#replaced.value = false;
    this.#lost.value = null;
  }
}
