// What is not needed before the first picture: the endings, the forms and most sentences. It is fetched when it is first
// wanted, and once the conversation stands, so that it is here when the line dies.
import { signal } from '@preact/signals-core';

export type Parts = typeof import('./parts.tsx');

export class Later {
  /** Null until they are here. */
  readonly parts = signal<Parts | null>(null);
  /** They did not come: the line is gone. */
  readonly failed = signal(false);
  #coming: Promise<void> | undefined;

  /** Fetches them, unless they are here or under way. Never rejects: what became of it is in the signals. */
  want(): Promise<void> {
    if (this.parts.peek()) return Promise.resolve();
    this.failed.value = false;
    this.#coming ??= import('./parts.tsx')
      .then(
        (parts) => {
          this.parts.value = parts;
        },
        () => {
          this.failed.value = true;
        },
      )
      .finally(() => {
        this.#coming = undefined;
      });
    return this.#coming;
  }
}
