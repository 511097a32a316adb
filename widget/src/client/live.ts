// The one reconnecting socket. Whole views come over it, so that connecting again is the same as connecting.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { type Refusal, refusalOf } from './api.ts';

/** Where a live socket stands. `waiting` is the pause before the next try. */
export type LiveState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  | { kind: 'waiting'; tries: number }
  | { kind: 'closed'; code: number; reason: string; refusal?: Refusal };

/** What has to be known to connect: asked anew for each try, may take time and may be refused. */
export interface Plan {
  url: string;
  /** The frame that the client says first: hello or join. */
  first: { type: string; data?: unknown };
}

/** Something outside says that it is worth looking after the socket: page visible again, network back. */
export type Wake = (listener: (why: 'visible' | 'online') => void) => () => void;

export interface LiveOptions<In> {
  plan: () => Plan | Promise<Plan>;
  onFrame: (frame: In) => void;
  /** The first frame has been sent. Frames sent from here on reach the server behind it. */
  onOpen?: () => void;
  /** The socket is lost; another try follows unless the state is closed. */
  onLost?: () => void;
  wake?: Wake;
  /** The longest pause between two tries, in milliseconds. */
  pause?: number;
  /** Test seams. */
  socket?: (url: string) => WebSocket;
  random?: () => number;
}

/** The server pings every 10 s. */
export const SILENCE_MS = 35_000;
const CONNECT_MS = 10_000;
const FIRST_RETRY_MS = 300;
const MAX_RETRY_MS = 15_000;

/** Full jitter (all clients of a restarted server come back spread out), but the first retry is quick. */
export function backoff(tries: number, random: number, most = MAX_RETRY_MS): number {
  if (tries <= 1) return random * FIRST_RETRY_MS;
  return 200 + random * Math.min(most, 500 * 2 ** tries);
}

/** The server closed because this page did not answer: it slept, and is welcome back. */
const SILENT = 4408;

/** Close codes from 4000 on are our server's last word, unless the fault was its own or the page only slept. */
export function isFinal(code: number, reason: string): boolean {
  return code >= 4000 && code !== SILENT && reason !== 'failed';
}

export class Live<In extends { type: string }, Out extends { type: string }> {
  readonly #o: LiveOptions<In>;
  readonly #state = signal<LiveState>({ kind: 'connecting' });
  #socket: WebSocket | undefined;
  #tries = 0;
  #heard = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #unwake: (() => void) | undefined;

  constructor(o: LiveOptions<In>) {
    this.#o = o;
    this.#unwake = o.wake?.((why) => this.#woken(why));
    void this.#connect();
  }

  get state(): ReadonlySignal<LiveState> {
    return this.#state;
  }

  /** False: there is no connection, the frame is not sent. */
  send(frame: Out): boolean {
    if (this.#state.value.kind !== 'open' || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Drops the socket and connects again at once, by a fresh plan. */
  reconnect(): void {
    if (this.#state.value.kind === 'closed') return;
    this.#drop();
    this.#o.onLost?.();
    void this.#connect();
  }

  close(code = 1000, reason = ''): void {
    this.#end({ kind: 'closed', code, reason });
  }

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    clearTimeout(this.#timer);
    this.#state.value = { kind: 'connecting' };
    let plan: Plan;
    try {
      plan = await this.#o.plan();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      const refusal = refusalOf(error);
      if (refusal.passing) return this.#retry(refusal.retryAfter);
      return this.#end({ kind: 'closed', code: 0, reason: refusal.key, refusal });
    }
    if (attempt !== this.#attempt) return;
    let socket: WebSocket;
    try {
      socket = this.#o.socket?.(plan.url) ?? new WebSocket(plan.url);
    } catch {
      return this.#retry();
    }
    this.#socket = socket;
    this.#watch(CONNECT_MS);
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      socket.send(JSON.stringify(plan.first));
      this.#heard = Date.now();
      this.#watch(SILENCE_MS);
      this.#state.value = { kind: 'open' };
      this.#o.onOpen?.();
    };
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#message(socket, event.data);
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      this.#drop();
      if (isFinal(event.code, event.reason)) {
        this.#end({ kind: 'closed', code: event.code, reason: event.reason });
        return;
      }
      this.#o.onLost?.();
      if (this.#attempt === attempt) this.#retry();
    };
  }

  #message(socket: WebSocket, text: unknown): void {
    this.#heard = Date.now();
    this.#tries = 0;
    this.#watch(SILENCE_MS);
    let frame: { type?: unknown };
    try {
      frame = JSON.parse(String(text)) as { type?: unknown };
    } catch {
      return;
    }
    if (frame.type === 'ping') {
      socket.send('{"type":"pong"}');
      return;
    }
    if (typeof frame.type === 'string') this.#o.onFrame(frame as In);
  }

  /** A socket can be dead without a close event: silence is the only sign. */
  #watch(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#drop();
      this.#o.onLost?.();
      this.#retry();
    }, ms);
  }

  #retry(afterSeconds = 0): void {
    if (this.#state.value.kind === 'closed') return;
    const tries = ++this.#tries;
    this.#state.value = { kind: 'waiting', tries };
    clearTimeout(this.#timer);
    const pause = Math.max(afterSeconds * 1000, backoff(tries, (this.#o.random ?? Math.random)(), this.#o.pause));
    this.#timer = setTimeout(() => void this.#connect(), pause);
  }

  #woken(why: 'visible' | 'online'): void {
    const kind = this.#state.value.kind;
    if (kind === 'waiting') {
      this.#tries = 0;
      void this.#connect();
    } else if (kind === 'open') {
      // Timers sleep with the page, so the clock decides. A new network rarely carries the old socket on.
      const silent = Date.now() - this.#heard;
      if (silent > (why === 'online' ? 2_000 : 15_000)) this.reconnect();
      else this.#watch(12_000);
    }
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    clearTimeout(this.#timer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    try {
      socket.close(1000);
    } catch {
      // It was not open yet.
    }
  }

  #end(state: LiveState): void {
    if (this.#state.value.kind === 'closed') return;
    this.#attempt++;
    this.#drop();
    this.#unwake?.();
    this.#state.value = state;
    this.#o.onLost?.();
  }
}

/** The address of one of our sockets, for a page of ours. */
export function socketUrl(path: string, page: { protocol: string; host: string }): string {
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}${path}`;
}
