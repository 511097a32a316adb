// A guest's invitation: the only owner of its token, its view and its socket.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Api } from './api.ts';
import { type GuestIn, type GuestOut, unknownFrame } from './frames.ts';
import { Live, type LiveState, type Wake } from './live.ts';
import { type Grant, type GuestView, VERSIONS } from './protocol.ts';

export interface GuestOptions {
  token: string;
  /** Made around the token: `new Api({ bearer: () => token })`. */
  api: Api;
  /** Address of /api/v1/guest/socket. */
  socketUrl: string;
  wake?: Wake;
  socket?: (url: string) => WebSocket;
}

export class GuestClient {
  readonly #o: GuestOptions;
  readonly #view = signal<GuestView | null>(null);
  readonly #live = signal<LiveState>({ kind: 'connecting' });
  readonly #replaced = signal(false);
  readonly #refusal = signal('');
  #socket: Live<GuestIn, GuestOut> | undefined;
  #unfollow: (() => void) | undefined;

  constructor(o: GuestOptions) {
    this.#o = o;
    this.follow();
  }

  get view(): ReadonlySignal<GuestView | null> {
    return this.#view;
  }
  get live(): ReadonlySignal<LiveState> {
    return this.#live;
  }
  /** A newer page of the same link has taken over; this one is quiet until follow. */
  get replaced(): ReadonlySignal<boolean> {
    return this.#replaced;
  }
  /** Key of the server's last word: it knows no such link, or none any more. */
  get refusal(): ReadonlySignal<string> {
    return this.#refusal;
  }

  /** Says that the guest is there and asks to be let in. */
  async knock(): Promise<void> {
    const before = this.#view.peek();
    const view = await this.#o.api.post<GuestView>('/api/v1/guest/knock');
    // The citizen may have said yes before this answer came: what the socket has said meanwhile counts.
    if (this.#view.peek() === before) this.#view.value = view;
  }

  /** The room, once the citizen has agreed. */
  grant(): Promise<Grant> {
    return this.#o.api.post<Grant>('/api/v1/guest/grant');
  }

  /** Opens the socket, here and now: another page of the same link goes quiet. */
  follow(): void {
    this.unfollow();
    this.#replaced.value = false;
    const { token, socketUrl, wake, socket } = this.#o;
    const live = new Live<GuestIn, GuestOut>({
      plan: () => ({ url: socketUrl, first: { type: 'hello', data: { versions: VERSIONS, secret: token } } }),
      onFrame: (frame) => this.#frame(frame),
      ...(wake ? { wake } : {}),
      ...(socket ? { socket } : {}),
    });
    this.#socket = live;
    this.#unfollow = live.state.subscribe((state) => {
      this.#live.value = state;
    });
  }

  unfollow(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  #frame(frame: GuestIn): void {
    switch (frame.type) {
      case 'guest':
        this.#view.value = frame.data;
        this.#refusal.value = '';
        break;
      case 'replaced':
        this.#replaced.value = true;
        this.unfollow();
        break;
      case 'problem':
        if (frame.data.key === 'guest_unknown') this.#refusal.value = frame.data.key;
        break;
      case 'welcome':
        break;
      default:
        unknownFrame(frame);
    }
  }
}
