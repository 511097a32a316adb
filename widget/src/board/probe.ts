// Can a frame of ours work on this page? What can be told before one is loaded.

import type { EditorProblem } from './editor.ts';

/** What our frame asks of the page (EMBED: each is needed for a function of the conversation). */
export const allow =
  'camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock; clipboard-write; speaker-selection';

interface PolicyFrame extends HTMLIFrameElement {
  featurePolicy?: { allowsFeature(name: string): boolean };
}

/**
 * What the page's Permissions-Policy forbids a frame of that address: 'policy' (no conversation), 'display' (less
 * comfort). Exact in Chromium with a connected, hidden, lazy iframe, which loads nothing; other browsers don't tell.
 */
export function forbidden(root: ShadowRoot, address: string): EditorProblem | undefined {
  const frame: PolicyFrame = document.createElement('iframe');
  frame.hidden = true;
  frame.loading = 'lazy';
  frame.allow = allow;
  frame.src = address;
  root.append(frame);
  const allows = (feature: string) => frame.featurePolicy?.allowsFeature(feature) !== false;
  const problem =
    allows('camera') && allows('microphone')
      ? allows('display-capture') && allows('fullscreen')
        ? undefined
        : 'display'
      : 'policy';
  frame.remove();
  return problem;
}

/** Is the board there to be seen? False if it is covered, clipped away or too narrow. */
export function visible(board: HTMLElement): boolean {
  const { width, left, top, height } = board.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + Math.min(height, 60) / 2];
  const inView = y > 0 && y < innerHeight && x > 0 && x < innerWidth;
  const covered = inView && document.elementFromPoint(x, y) !== board;
  return !covered && width >= 200 && board.checkVisibility?.() !== false;
}
