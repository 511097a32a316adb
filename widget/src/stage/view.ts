// How one person looks at the stage: what is pinned, enlarged, where the own picture lies. Nobody else sees it.
import { signal } from '@preact/signals-core';
import type { Other } from '../media/conversation.ts';

export const corners = ['top-left', 'top-right', 'bottom-right', 'bottom-left'] as const;
export type Corner = (typeof corners)[number];

export class StageView {
  /** Id of the pinned one; empty: nobody; undefined: nothing was chosen, an interpreter is pinned. */
  readonly pin = signal<string | undefined>(undefined);
  /** The shared screen in its own size, to be moved about in. */
  readonly enlarged = signal(false);
  /** Where the own picture lies; undefined: where it is in nobody's way. */
  readonly corner = signal<Corner | undefined>(undefined);
  readonly ownHidden = signal(false);
  /** The further buttons are unfolded. */
  readonly more = signal(false);
}

/** Who is pinned: as was chosen, else the first interpreter. */
export function pinned(pin: string | undefined, others: readonly Other[]): string | undefined {
  const chosen = others.find(({ participant }) => participant.id === pin);
  if (chosen) return chosen.participant.id;
  if (pin === '') return undefined;
  return others.find(({ participant }) => participant.kind === 'interpreter')?.participant.id;
}

export interface Layout {
  /** Places beside what is pinned and what is shared. */
  readonly rest: number;
  /** The own picture has a place of its own, and covers nothing. */
  readonly docked: boolean;
  readonly corner: Corner;
}

/** Neither a shared screen nor a pinned signer is ever covered by the own picture, and no name among several. */
export function layoutOf(
  others: number,
  is: { pinned: boolean; sharing: boolean; own: boolean; corner: Corner | undefined },
): Layout {
  const unpinned = others - (is.pinned ? 1 : 0);
  const docked = is.own && (is.sharing || unpinned > 1 || (is.pinned && unpinned === 0));
  const home: Corner = is.pinned ? 'bottom-left' : 'bottom-right';
  const corner = is.corner ?? home;
  return { rest: Math.min(7, unpinned + (docked ? 1 : 0)), docked, corner };
}

/** The corner after an arrow key; undefined: not one of them. */
export function cornerAfter(corner: Corner, key: string): Corner | undefined {
  const [y, x] = corner.split('-') as ['top' | 'bottom', 'left' | 'right'];
  switch (key) {
    case 'ArrowUp':
      return `top-${x}`;
    case 'ArrowDown':
      return `bottom-${x}`;
    case 'ArrowLeft':
      return `${y}-left`;
    case 'ArrowRight':
      return `${y}-right`;
    default:
      return undefined;
  }
}

/** The next corner, clockwise: for a click without a drag. */
export function nextCorner(corner: Corner): Corner {
  return corners[(corners.indexOf(corner) + 1) % corners.length] ?? corner;
}

/** The corner of the box that a point is nearest to. */
export function cornerAt(
  x: number,
  y: number,
  box: { left: number; top: number; width: number; height: number },
): Corner {
  const vertical = y < box.top + box.height / 2 ? 'top' : 'bottom';
  return `${vertical}-${x < box.left + box.width / 2 ? 'left' : 'right'}`;
}
