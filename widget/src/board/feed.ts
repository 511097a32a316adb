// The status, once for all boards of the page: baked first, then one GET every 15 s while the page is visible. Where
// the page forbids connecting to us, a hidden frame of ours (relay.ts) asks in our place.

import type { Board } from '../protocol.gen.ts';
import { firstBoard, origin, slug } from './baked.ts';
import { onViolation } from './violation.ts';
import { visit } from './visit.ts';

const every = 15_000;
/** Without news for so long, the boards say so. */
const staleAfter = 60_000;

/** How old the baked status is; old enough to be fetched again where the clocks don't agree. */
function age(): number {
  const age = Date.now() - Date.parse(firstBoard.now);
  return age >= 0 && age < every ? age : every;
}

class Feed {
  board: Board = firstBoard;
  stale = false;

  private readonly draws = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private fresh = 0; // when the last answer came
  private asked = performance.now() - age();
  private detour = false; // connecting is forbidden here, it is the relay or nothing

  constructor() {
    onViolation('connect', () => {
      this.detour = true;
      visit.with((later) => later.tell('connect'));
    });
    document.addEventListener('visibilitychange', () => this.plan());
  }

  /** Runs draw after each change of the status, until leave. */
  join(draw: () => void): void {
    this.draws.add(draw);
    this.plan();
  }

  leave(draw: () => void): void {
    this.draws.delete(draw);
    this.plan();
  }

  private plan(): void {
    clearTimeout(this.timer);
    if (document.hidden || !this.draws.size) return;
    this.timer = setTimeout(() => void this.ask(), Math.max(0, this.asked + every - performance.now()));
  }

  private async ask(): Promise<void> {
    this.asked = performance.now();
    this.fresh ||= this.asked;
    const board = (await this.direct()) ?? (await visit.with((later) => later.relay()));
    if (board !== undefined) this.fresh = performance.now();
    const stale = performance.now() - this.fresh > staleAfter;
    const changed = !!board || stale !== this.stale;
    this.stale = stale;
    if (board) this.board = board;
    if (changed) for (const draw of this.draws) draw();
    this.plan();
  }

  /** Undefined if it failed. Revalidated by the browser's cache: a header of ours would need a preflight. */
  private async direct(): Promise<Board | undefined> {
    if (this.detour) return undefined;
    try {
      const address = `${origin}/api/v1/authorities/${slug}/board`;
      const response = await fetch(address, { credentials: 'omit', cache: 'no-cache' });
      return response.ok ? ((await response.json()) as Board) : undefined;
    } catch {
      return undefined;
    }
  }
}

export const feed = new Feed();
