// Captions: what is said, as text, from the authority's own service. Nothing is kept but the last lines.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Caption } from '../client/protocol.ts';

export interface CaptionLine {
  readonly id: number;
  readonly participant: string;
  readonly text: string;
  readonly final: boolean;
  /** When it came, ms. */
  readonly at: number;
}

const KEEP = 20;

/** The lines after a caption: one that is not final is replaced by the next of the same participant. Pure. */
export function caption(lines: readonly CaptionLine[], next: Caption, id: number, now: number): CaptionLine[] {
  const open = lines.find((line) => line.participant === next.participant && !line.final);
  const line = { id: open?.id ?? id, participant: next.participant, text: next.text, final: next.final, at: now };
  const rest = open ? lines.map((l) => (l === open ? line : l)) : [...lines, line];
  return rest.filter((l) => l.text !== '').slice(-KEEP);
}

export class Captions {
  readonly #lines = signal<readonly CaptionLine[]>([]);
  #next = 1;

  get lines(): ReadonlySignal<readonly CaptionLine[]> {
    return this.#lines;
  }

  take(next: Caption): void {
    this.#lines.value = caption(this.#lines.peek(), next, this.#next++, Date.now());
  }
}
