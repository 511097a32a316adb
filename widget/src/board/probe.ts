// Can a frame of ours work on this page? What can be told before one is loaded.

import type { EditorProblem } from './editor.ts';

/** What our frame asks of the page (EMBED: each is needed for a function of the conversation). */
export const allow =
  'camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock; clipboard-write; speaker-selection';

interface PolicyFrame extends HTMLIFrameElement {
  featurePolicy?: { allowsFeature(name: string): boolean };
}

/** By which our conversation stands and falls, then for comfort. */
export const features = ['camera', 'microphone', 'display-capture', 'fullscreen'] as const;
export type Feature = (typeof features)[number];

/**
 * What the page allows a frame of that address. Exact in Chromium with a connected, hidden, lazy iframe, which loads
 * nothing; other browsers don't tell: undefined.
 */
export function allowed(root: ShadowRoot, address: string): Partial<Record<Feature, boolean>> {
  const frame: PolicyFrame = document.createElement('iframe');
  frame.hidden = true;
  frame.loading = 'lazy';
  frame.allow = allow;
  frame.src = address;
  root.append(frame);
  const entries = features.map((feature) => [feature, frame.featurePolicy?.allowsFeature(feature)]);
  frame.remove();
  return Object.fromEntries(entries);
}

/** What the page's Permissions-Policy forbids: 'policy' (no conversation), 'display' (less comfort). */
export function forbidden(root: ShadowRoot, address: string): EditorProblem | undefined {
  const may = allowed(root, address);
  if (may.camera === false || may.microphone === false) return 'policy';
  return may['display-capture'] === false || may.fullscreen === false ? 'display' : undefined;
}

/** Is the board there to be seen? False if it is covered, clipped away or too narrow. */
export function visible(board: HTMLElement): boolean {
  const { width, left, top, height } = board.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + Math.min(height, 60) / 2];
  const inView = y > 0 && y < innerHeight && x > 0 && x < innerWidth;
  const covered = inView && document.elementFromPoint(x, y) !== board;
  return !covered && width >= 200 && board.checkVisibility?.() !== false;
}
