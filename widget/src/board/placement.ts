// Where the board stands: at its element, or, without one, after the script tag.

import { origin, slug } from './baked.ts';
import { wishes } from './words.ts';

export const elementName = 'schalter-board';

let placed: HTMLElement | undefined;

/**
 * The script tag: the running one, if it is in the body; else (a module, a tag manager's script) ours by its address.
 * It says where to place the board, and may refine it by data attributes; nothing else depends on it.
 */
export function ownScript(running: Element | SVGScriptElement | null): HTMLElement | undefined {
  const ours = document.querySelectorAll<HTMLElement>(`script[src^="${origin}/b/${slug}.js"]`);
  const candidates = [running, ...ours].filter((script) => script instanceof HTMLElement);
  return candidates.find((script) => document.body?.contains(script)) ?? candidates[0];
}

/** Once the page is parsed: a board of our own, if there is none and the script stands inside the body. */
export function place(script: HTMLElement | undefined): void {
  if (!script || document.querySelector(elementName) || !document.body.contains(script)) return;
  placed = document.createElement(elementName);
  Object.assign(placed.dataset, script.dataset);
  script.after(placed);
}

/** A real element has come: ours, if we placed one, goes. */
export function giveWay(to: HTMLElement): void {
  if (!placed || placed === to) return;
  placed.remove();
  placed = undefined;
}

/** The tag's data-lang counts for all boards that don't say otherwise. */
export function refine(script: HTMLElement | undefined): void {
  wishes.script = script?.dataset.lang;
}
