// Where we run: in a frame of the town's page, whose board does for us what a frame cannot, or on a page of our own.
import type { BoardCalls, FrameCalls, FrameProblem } from '../frame/contract.ts';
import type { Guest } from '../frame/guest.ts';
import { fullScreen } from '../stage/full.ts';

export interface Host {
  readonly framed: boolean;
  /** Null: nothing special. */
  title(text: string | null): void;
  /** Rings for us, where our own sound is suspended. volume: 0 to 1 */
  ring(on: boolean, volume?: number): void;
  vibrate(ms: number[]): void;
  /** A ticket exists, or no longer; `resume` is the code for the next load where the cookie is refused. */
  ticket(exists: boolean, resume?: string): void;
  done(): void;
  conversation(on: boolean): void;
  problem(kind: FrameProblem): void;
  full(on: boolean): void;
  focusOut(to: 'before' | 'after'): void;
}

export function frameHost(guest: Guest<FrameCalls, BoardCalls>): Host {
  return {
    framed: true,
    title: (text) => guest.call('title', { text }),
    ring: (on, volume) => guest.call('ring', volume === undefined ? { on } : { on, volume }),
    vibrate: (ms) => {
      if (!vibrate(ms)) guest.call('vibrate', { ms });
    },
    ticket: (exists, resume) => guest.call('ticket', resume === undefined ? { exists } : { exists, resume }),
    done: () => guest.call('done'),
    conversation: (on) => guest.call('conversation', { on }),
    problem: once((kind) => guest.call('problem', { kind })),
    full: (on) => guest.call('fullscreen', { on }),
    focusOut: (to) => guest.call('focusOut', { to }),
  };
}

const RESUME = 'schalter.resume';

/** On a page of our own. Storage may throw, and nothing depends on it but the reload of a browser without cookies. */
export function pageHost(done: () => void): Host {
  const plain = document.title;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  return {
    framed: false,
    title: (text) => {
      document.title = text ?? plain;
    },
    ring: () => undefined,
    vibrate,
    ticket: (exists, resume) => {
      try {
        if (resume !== undefined) sessionStorage.setItem(RESUME, resume);
        else if (!exists) sessionStorage.removeItem(RESUME);
      } catch {
        // Then a reload needs the personal link.
      }
    },
    done,
    conversation: (on) => {
      if (on) addEventListener('beforeunload', ask);
      else removeEventListener('beforeunload', ask);
    },
    problem: () => undefined,
    full: fullScreen,
    focusOut: () => undefined,
  };
}

/** The code that an earlier load of this page has kept. It is good once. */
export function keptCode(): string | undefined {
  try {
    const code = sessionStorage.getItem(RESUME) ?? undefined;
    sessionStorage.removeItem(RESUME);
    return code;
  } catch {
    return undefined;
  }
}

/** False: not here. Frames need a click of their own first. */
function vibrate(ms: number[]): boolean {
  try {
    return navigator.vibrate?.(ms) ?? false;
  } catch {
    return false;
  }
}

function once(say: (kind: FrameProblem) => void): (kind: FrameProblem) => void {
  const said = new Set<FrameProblem>();
  return (kind) => {
    if (said.has(kind)) return;
    said.add(kind);
    say(kind);
  };
}
