// What the script loads when it is needed: at the first hover, at a click, or when something has to be told. It shares
// no module with the script (but dom and frame, which hold no state): what it needs is handed in.

import de from '../locale/board.frame.de.json' with { type: 'json' };
import type { Board } from '../protocol.gen.ts';
import type { tabAddress } from './baked.ts';
import type { tabLink } from './card.ts';
import { type EditorProblem, tellEditor } from './editor.ts';
import type { BoardElement } from './element.ts';
import type { phoneLink } from './footer.ts';
import { FrameOwner } from './frame-owner.ts';
import type { remember, remembered } from './memory.ts';
import { forbidden, visible } from './probe.ts';
import { Relay } from './relay.ts';
import type { Visit } from './visit.ts';
import type { learn } from './words.ts';

export interface Shared {
  visit: Visit;
  origin: string;
  slug: string;
  remember: typeof remember;
  remembered: typeof remembered;
  tabAddress: typeof tabAddress;
  tabLink: typeof tabLink;
  phoneLink: typeof phoneLink;
  learn: typeof learn;
}

export interface Later {
  /** Opens the frame in a board, on a click on Nummer ziehen of an office, or on Ihre Nummer anzeigen. */
  open(board: BoardElement, office?: string): void;
  /** Opens it by itself, for the ticket that is remembered, unless another tab shows it. */
  resume(board: BoardElement): void;
  /** A board has left the page. */
  left(board: BoardElement): void;
  /** Frames don't work here: the way out stands in place of the frame. */
  fail(problem: EditorProblem): void;
  tell(problem: EditorProblem): void;
  /** The language has changed. */
  speak(): void;
  /** Fetches the status by a frame of ours: the board if it changed, null if not, undefined if that failed, too. */
  relay(): Promise<Board | null | undefined>;
}

export function start(shared: Shared): Later {
  const { visit, origin, slug } = shared;
  shared.learn(de);
  const tell = (problem: EditorProblem) => tellEditor(problem, origin);
  const owner = new FrameOwner(shared, tell);
  const relay = new Relay(shared);
  for (const problem of inspect(visit, `${origin}/f/${slug}/`)) {
    tell(problem);
    if (problem === 'policy') visit.blocked = true;
  }
  visit.redraw();
  return {
    open: (board, office) => owner.open(board, true, office),
    resume: (board) => void owner.resume(board),
    left: (board) => owner.left(board),
    fail: (problem) => owner.fail(problem),
    speak: () => owner.speak(),
    tell,
    relay: () => relay.fetch(),
  };
}

/** What the web editor should know of this page, before anything is opened. */
function inspect(visit: Visit, address: string): EditorProblem[] {
  const [board] = visit.boards;
  const found = [
    self.origin === 'null' ? 'sandbox' : !isSecureContext ? 'insecure' : board && forbidden(board.shadow, address),
    board && !visible(board) ? 'hidden' : undefined,
  ] as const;
  return found.filter((problem) => problem !== undefined);
}
