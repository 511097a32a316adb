// What screen readers hear: two regions that always exist, filled sparingly and as the citizen wishes (A21, A22).
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';

export type Announcements = 'all' | 'call' | 'off';

export const QUIET_MS = 30_000;

export class Announcer {
  readonly mode: Signal<Announcements> = signal('all');
  readonly #status = signal('');
  readonly #alert = signal('');
  readonly #now: () => number;
  #last = { text: '', position: -1, at: Number.NEGATIVE_INFINITY };
  #soon = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Text of the role=status region. */
  get status(): ReadonlySignal<string> {
    return this.#status;
  }
  /** Text of the role=alert region. */
  get alert(): ReadonlySignal<string> {
    return this.#alert;
  }

  /**
   * The place in the queue: when the position changes, else at most every 30 s.
   * @param soon a warning that belongs to the position; it is said once, and again only after it was absent
   * @param news what the office has just done or said: said at once, in one breath with the place
   */
  place(text: string, position: number, soon = '', news = ''): void {
    const moved = position !== this.#last.position;
    const due = text !== this.#last.text && (moved || this.#now() - this.#last.at >= QUIET_MS);
    if (due) this.#last = { text, position, at: this.#now() };
    const warning = due && !this.#soon ? soon : '';
    if (due) this.#soon = soon !== '';
    const words = [news, due ? text : '', warning].filter(Boolean).join(' ');
    if (words && this.mode.peek() === 'all') this.#status.value = words;
  }

  /** Something the citizen has done, or must know now. Not part of the automatic updates. */
  say(text: string): void {
    this.#status.value = text;
  }

  call(text: string): void {
    if (this.mode.peek() !== 'off') this.#alert.value = text;
  }

  /** How much time there is left to answer the call. */
  remind(text: string): void {
    if (this.mode.peek() !== 'off') this.#status.value = text;
  }

  callOver(): void {
    this.#alert.value = '';
  }
}
