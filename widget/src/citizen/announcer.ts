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

  /** The place in the queue: when the position changes, else at most every 30 s. */
  place(text: string, position: number): void {
    const moved = position !== this.#last.position;
    if (text === this.#last.text || (!moved && this.#now() - this.#last.at < QUIET_MS)) return;
    this.#last = { text, position, at: this.#now() };
    if (this.mode.peek() === 'all') this.#status.value = text;
  }

  /** Something the citizen has done, or must know now. Not part of the automatic updates. */
  say(text: string): void {
    this.#status.value = text;
  }

  call(text: string): void {
    if (this.mode.peek() !== 'off') this.#alert.value = text;
  }

  callOver(): void {
    this.#alert.value = '';
  }
}
