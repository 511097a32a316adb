// What the server bakes into the script: it wraps our code in a function that declares `baked`.

import type { Board } from '../protocol.gen.ts';

export interface Baked {
  /** Ours, "https://host", without a slash. */
  origin: string;
  /** The status when the script was fetched, for the first paint; without what only the frame needs (ids, topics). */
  board: Board;
}

declare const baked: Baked;
/** Path of what is loaded later, put in by the build. */
declare const LATER_PATH: string;

export const LATER = LATER_PATH;

export const origin = baked.origin;
export const firstBoard = baked.board;
export const slug = baked.board.authority.slug;

/** The citizen's app in a tab of its own. */
export function tabAddress(lang: string, office?: string): string {
  const hash = office ? `office=${office}&lang=${lang}` : `lang=${lang}`;
  return `${origin}/v/${slug}#${hash}`;
}
