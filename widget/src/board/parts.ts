// The contract between the two halves of the board: the script that draws, and what it loads later. Types only.

import type { Board } from '../protocol.gen.ts';
import type { tabAddress } from './baked.ts';
import type { tabLink } from './card.ts';
import type { EditorProblem } from './editor.ts';
import type { phoneLink } from './footer.ts';
import type { remember, remembered } from './memory.ts';
import type { learn, Words } from './words.ts';

/** A board as the frame's half sees it. */
export interface Place extends HTMLElement {
  readonly stage: HTMLElement;
  readonly words: Words;
  readonly shadow: ShadowRoot;
  readonly phone: string;
  draw(): void;
  focusOffice(office: string | undefined): void;
  focusFooter(): void;
}

/** The visit as both halves know it. */
export interface Visiting {
  /** The board in which the frame stands, or the note that it can't. */
  place: Place | undefined;
  /** No conversation in a frame on this page: the buttons are links to a tab of their own. */
  blocked: boolean;
  /** A ticket exists, though maybe not in this tab. */
  readonly ticket: boolean;
  readonly boards: Set<Place>;
  redraw(): void;
}

/** What the script hands to the half that it loads later, which shares no state with it otherwise. */
export interface Shared {
  visit: Visiting;
  origin: string;
  slug: string;
  remember: typeof remember;
  remembered: typeof remembered;
  tabAddress: typeof tabAddress;
  tabLink: typeof tabLink;
  phoneLink: typeof phoneLink;
  learn: typeof learn;
}

/** What the later half does for the script. */
export interface Later {
  /** Opens the frame in a board, on a click on Nummer ziehen of an office, or on Ihre Nummer anzeigen. */
  open(board: Place, office?: string): void;
  /** Opens it by itself, for the ticket that is remembered, unless another tab shows it. */
  resume(board: Place): void;
  /** A board has left the page. */
  left(board: Place): void;
  /** Frames don't work here: the way out stands in place of the frame. */
  fail(problem: EditorProblem): void;
  tell(problem: EditorProblem): void;
  /** The language has changed. */
  speak(): void;
  /** Fetches the status by a frame of ours: the board if it changed, null if not, undefined if that failed, too. */
  relay(): Promise<Board | null | undefined>;
}
