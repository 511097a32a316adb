// Who speaks: levels of the seats, held for a moment so that the mark does not flicker between words.
import type { SeatView } from './peer.ts';

const LOUD = 0.02;
const HOLD_MS = 700;
const SAMPLE_MS = 200;

/** The next set of speakers, the same object if nothing has changed. Pure. */
export function speakers(
  before: ReadonlySet<string>,
  heard: Map<string, number>,
  levels: readonly { participant: string; level: number }[],
  now: number,
): ReadonlySet<string> {
  for (const { participant, level } of levels) if (level > LOUD) heard.set(participant, now);
  const speaking = new Set<string>();
  for (const [participant, at] of heard) {
    if (now - at <= HOLD_MS && levels.some((l) => l.participant === participant)) speaking.add(participant);
    else heard.delete(participant);
  }
  const same = speaking.size === before.size && [...speaking].every((participant) => before.has(participant));
  return same ? before : speaking;
}

export function watchSpeaking(
  seats: () => readonly SeatView[],
  onChange: (participants: ReadonlySet<string>) => void,
): () => void {
  const heard = new Map<string, number>();
  let current: ReadonlySet<string> = new Set();
  const timer = setInterval(async () => {
    const levels = await Promise.all(
      seats().map(async (seat) => {
        const tile = seat.tile.peek();
        return { participant: tile.participant, level: tile.sound ? await seat.level() : 0 };
      }),
    );
    const next = speakers(current, heard, levels, performance.now());
    if (next === current) return;
    current = next;
    onChange(next);
  }, SAMPLE_MS);
  return () => clearInterval(timer);
}
