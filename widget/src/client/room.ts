// The way into a room: a grant, its socket, and another grant whenever the socket was lost. A grant is good once.
import type { RoomIn, RoomOut } from './frames.ts';
import { Live, type Wake } from './live.ts';
import { type Grant, type ICE, VERSIONS } from './protocol.ts';

export interface LinkEvents {
  /** A grant is there, the socket is being opened. Comes before every open. */
  onGrant(ice: ICE[], relayOnly: boolean): void;
  /** Joining has been asked for; frames may follow without waiting for the answer. */
  onOpen(): void;
  onFrame(frame: RoomIn): void;
  /** The socket is lost. Unless onEnd follows, it is being opened again. */
  onLost(): void;
  /** No way back: the server refused, or the link was closed here. `key` is a text key of a refusal, or empty. */
  onEnd(key: string): void;
}

export interface Link {
  send(frame: RoomOut): boolean;
  /** Leaves the socket and joins again with a fresh grant. */
  rejoin(): void;
  close(): void;
}

/** How a conversation gets its signalling. */
export type OpenLink = (events: LinkEvents) => Link;

export interface RoomOptions {
  /** The first grant, maybe still under way. */
  grant: Promise<Grant> | Grant;
  /** A fresh one. */
  renew: () => Promise<Grant>;
  wake?: Wake;
  socket?: (url: string) => WebSocket;
}

/** Those who talk are few, and wait for each other. */
const PAUSE_MS = 1_000;

export function roomLink(o: RoomOptions): OpenLink {
  return (events) => {
    let first: Promise<Grant> | Grant | undefined = o.grant;
    const live: Live<RoomIn, RoomOut> = new Live<RoomIn, RoomOut>({
      pause: PAUSE_MS,
      plan: async () => {
        const next = first ?? o.renew();
        first = undefined;
        const grant = await next;
        events.onGrant(grant.ice ?? [], grant.relay_only ?? false);
        return { url: grant.url, first: { type: 'join', data: { versions: VERSIONS, grant: grant.token } } };
      },
      onFrame: (frame) => events.onFrame(frame),
      onOpen: () => events.onOpen(),
      onLost: () => {
        events.onLost();
        // `live` is being made while the first plan runs, which never loses synchronously.
        const state = live.state.value;
        if (state.kind === 'closed') events.onEnd(state.refusal?.key ?? state.reason);
      },
      ...(o.wake ? { wake: o.wake } : {}),
      ...(o.socket ? { socket: o.socket } : {}),
    });
    return {
      send: (frame) => live.send(frame),
      rejoin: () => live.reconnect(),
      close: () => live.close(),
    };
  };
}
