// Who sits in which seat. Pure: the streams and the elements are elsewhere.
import type { Seat, Seats } from '../client/protocol.ts';

/** A receiving pair as it is to be shown. */
export interface Tile {
  /** Index of the receiving lines. */
  readonly index: number;
  /** Id of the participant; empty: the seat is free. */
  readonly participant: string;
  readonly sound: boolean;
  readonly picture: boolean;
  /** There is a picture, but our line is too narrow for it at the moment. */
  readonly withheld: boolean;
  /** There is a picture, but our browser cannot decode it. */
  readonly unreadable: boolean;
  /** Rises with every change of what the picture shows. A frame of an older assignment must not be seen. */
  readonly assignment: number;
  /** Another one's picture may still be on its way through this line. */
  readonly reused: boolean;
}

export interface SeatMap {
  readonly version: number;
  readonly tiles: readonly Tile[];
}

export const noSeats: SeatMap = { version: 0, tiles: [] };

/** The map after a `seats` frame; the same object if the frame is an old one. */
export function assign(map: SeatMap, frame: Seats): SeatMap {
  if (frame.version < map.version) return map;
  const tiles = frame.seats.map((seat, index) => place(map.tiles[index], seat, index));
  return { version: frame.version, tiles };
}

function place(before: Tile | undefined, seat: Seat, index: number): Tile {
  const participant = seat.participant ?? '';
  const same = before !== undefined && before.participant === participant;
  const withheld = participant !== '' && seat.picture && seat.withheld === true;
  const unreadable = participant !== '' && seat.picture && seat.unreadable === true;
  const picture = participant !== '' && seat.picture && !withheld && !unreadable;
  const sound = participant !== '' && seat.sound;
  if (
    same &&
    before.picture === picture &&
    before.sound === sound &&
    before.withheld === withheld &&
    before.unreadable === unreadable
  )
    return before;
  const lasting = same && before.picture && picture;
  const used = before !== undefined && (before.reused || before.assignment > 0);
  return {
    index,
    participant,
    sound,
    picture,
    withheld,
    unreadable,
    assignment: lasting ? before.assignment : (before?.assignment ?? 0) + (picture || before?.picture ? 1 : 0),
    reused: same ? before.reused : used,
  };
}

/** The seats that somebody sits in. */
export function taken(map: SeatMap): readonly Tile[] {
  return map.tiles.filter((tile) => tile.participant !== '');
}

/** What is known of a frame that is being presented. Times are of performance.now(). */
export interface Presented {
  /** When the encoded frame came in, if the browser says so. */
  received: number | undefined;
  /** Key frames decoded on this line since who sits there was seated, if known. */
  keyFrames: number | undefined;
}

/** Since when a picture is waited for, and whether the line was another's. */
export interface Awaited {
  at: number;
  reused: boolean;
}

/**
 * Whether a presented frame surely belongs to the assignment. A frame that came in before is the one before's; in a
 * line that was another's, only a key frame proves the change. It counts from the seating on, not from the word that a
 * picture comes: that word and the key frame travel by different ways, and no other key frame need ever follow.
 */
export function belongs(frame: Presented, awaited: Awaited): boolean {
  if (frame.received !== undefined && frame.received < awaited.at) return false;
  return !awaited.reused || frame.keyFrames === undefined || frame.keyFrames > 0;
}
