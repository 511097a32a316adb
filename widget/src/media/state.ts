// The one state machine of a conversation's connection. Socket, peer connection and server report events; only the
// state that comes out of them is shown.
import type { EndReason } from '../client/protocol.ts';

/** refused: the server does not let this one in (any more); key is the text key of the refusal. */
export type Ending = { reason: EndReason } | { reason: 'refused'; key: string };

export type ConnectionState =
  | { kind: 'idle' }
  | { kind: 'connecting' }
  | { kind: 'connected' }
  | { kind: 'reconnecting' }
  | { kind: 'ended'; ending: Ending };

export type ConnectionEvent =
  | { kind: 'open' }
  /** The peer connection carries media, and the socket is there. */
  | { kind: 'up' }
  /** One of the two is lost. */
  | { kind: 'down' }
  | { kind: 'end'; ending: Ending };

export function next(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  if (state.kind === 'ended') return state;
  switch (event.kind) {
    case 'open':
      return state.kind === 'idle' ? { kind: 'connecting' } : state;
    case 'up':
      return state.kind === 'idle' ? state : { kind: 'connected' };
    case 'down':
      return state.kind === 'connected' ? { kind: 'reconnecting' } : state;
    case 'end':
      return { kind: 'ended', ending: event.ending };
  }
}
