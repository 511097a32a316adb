// The frames of the three sockets, as discriminated unions made by the generator. `ping` and `pong` never reach a
// receiver: live.ts has them.
import type { components } from '../protocol.gen.ts';

type Schemas = components['schemas'];
type Talk<Frame> = Exclude<Frame, { type: 'ping' } | { type: 'pong' }>;

/** What is said on the ticket's socket, by the server and by the page. */
export type TicketIn = Talk<Schemas['TicketServerFrame']>;
export type TicketOut = Talk<Schemas['TicketClientFrame']>;

/** On a guest's, before and beside the room. */
export type GuestIn = Talk<Schemas['GuestServerFrame']>;
export type GuestOut = Talk<Schemas['GuestClientFrame']>;

/** On the clerk's socket. */
export type ConsoleIn = Talk<Schemas['ConsoleServerFrame']>;
export type ConsoleOut = Talk<Schemas['ConsoleClientFrame']>;

/** In a room. */
export type RoomIn = Talk<Schemas['RoomServerFrame']>;
export type RoomOut = Talk<Schemas['RoomClientFrame']>;

/** Ends an exhaustive switch over frames: nothing is left for the types, and a newer server's frame is ignored. */
export function unknownFrame(_frame: never): void {}
