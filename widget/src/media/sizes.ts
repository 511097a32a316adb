// How large the others' pictures are shown: the switch sends none larger than it is seen, and none that nobody sees.
import type { Shown, Shows } from '../client/protocol.ts';

/** Whose picture an element shows; absent: nobody's at the moment. */
export type Whose = () => { participant: string; screen?: boolean } | undefined;

/** Sizes may change many times while a window is drawn larger; the switch hears of the last. */
const SETTLE_MS = 150;
/** How long a hidden tab goes on receiving pictures: who only glances elsewhere finds them running. */
const HIDDEN_MS = 10_000;
/** Sizes are told in steps: a few pixels are no news. */
const STEP = 16;

interface Watched {
  whose: Whose;
  width: number;
  height: number;
}

export class Sizes {
  readonly #tell: (shows: Shows) => void;
  readonly #watched = new Map<Element, Watched>();
  readonly #gone = new Map<string, Whose>(); // shown once, and by no element now
  readonly #observer: ResizeObserver | undefined;
  readonly #onVisibility: () => void;
  #pinned = '';
  #hidden = false;
  #resting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hiding: ReturnType<typeof setTimeout> | undefined;
  #told = '';

  constructor(tell: (shows: Shows) => void) {
    this.#tell = tell;
    if (typeof ResizeObserver === 'function') {
      this.#observer = new ResizeObserver((entries) => {
        for (const { target, contentRect } of entries) {
          const watched = this.#watched.get(target);
          if (!watched) continue;
          watched.width = pixels(contentRect.width);
          watched.height = pixels(contentRect.height);
        }
        this.changed();
      });
    }
    this.#onVisibility = () => this.#visible(document.visibilityState !== 'hidden');
    globalThis.document?.addEventListener('visibilitychange', this.#onVisibility);
  }

  /** Watches an element that shows a picture, until the returned function is called. */
  watch(element: Element, whose: Whose): () => void {
    if (!this.#observer) return () => {}; // all count as large
    this.#watched.set(element, { whose, width: -1, height: -1 });
    this.#observer.observe(element);
    return () => {
      const watched = this.#watched.get(element);
      const of = watched?.whose();
      if (of) this.#gone.set(keyOf(of), () => of);
      this.#watched.delete(element);
      this.#observer?.unobserve(element);
      this.changed();
    };
  }

  /** This one's picture goes first when the line is narrow; empty: nobody's. */
  pin(participant: string): void {
    if (this.#pinned === participant) return;
    this.#pinned = participant;
    this.changed();
  }

  /** No pictures at all, for a weak or dear line, until it is called with false. */
  rest(on: boolean): void {
    this.#resting = on;
    this.changed();
  }

  /** Who sits where has changed, or a size. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), SETTLE_MS);
  }

  /** Tells all once more: the switch is a new one. */
  again(): void {
    this.#told = '';
    this.changed();
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#hiding);
    this.#observer?.disconnect();
    globalThis.document?.removeEventListener('visibilitychange', this.#onVisibility);
  }

  #visible(on: boolean): void {
    clearTimeout(this.#hiding);
    const set = () => {
      this.#hidden = !on;
      this.#say();
    };
    if (on) set();
    else this.#hiding = setTimeout(set, HIDDEN_MS);
  }

  #say(): void {
    const shows = showsOf(
      [...this.#watched.values()],
      [...this.#gone.values()],
      this.#pinned,
      this.#hidden || this.#resting,
    );
    const told = JSON.stringify(shows);
    if (told === this.#told) return;
    this.#told = told;
    this.#tell(shows);
  }
}

/** The frame for what is watched. A picture in two elements counts with the larger; one not measured yet, as large. Pure. */
export function showsOf(watched: readonly Watched[], gone: readonly Whose[], pinned: string, hidden: boolean): Shows {
  const pictures = new Map<string, Shown>();
  for (const whose of gone) {
    const of = whose();
    if (of) pictures.set(keyOf(of), { ...of, width: 0, height: 0 });
  }
  const unknown = new Set<string>();
  for (const { whose, width, height } of watched) {
    const of = whose();
    if (!of || of.participant === '') continue;
    const key = keyOf(of);
    if (width < 0) unknown.add(key);
    const before = pictures.get(key);
    pictures.set(key, {
      ...of,
      width: Math.max(before?.width ?? 0, width),
      height: Math.max(before?.height ?? 0, height),
    });
  }
  for (const key of unknown) pictures.delete(key);
  const list = [...pictures.values()].map((shown) => ({
    ...shown,
    ...(hidden ? { width: 0, height: 0 } : {}),
    ...(shown.participant === pinned && !shown.screen ? { pinned: true } : {}),
  }));
  return { pictures: list.sort((a, b) => keyOf(a).localeCompare(keyOf(b))) };
}

const keyOf = (of: { participant: string; screen?: boolean }) => `${of.screen ? 'screen' : 'camera'} ${of.participant}`;

function pixels(css: number): number {
  const size = Math.ceil((css * (globalThis.devicePixelRatio || 1)) / STEP) * STEP;
  return Math.min(size, 16_384);
}
