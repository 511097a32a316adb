// The visit as the boards of a page see it: is there a ticket, in which board stands the frame, do frames work here.
// What opens the frame (later.ts) is loaded when it is needed, so that a page without a visitor loads little.

import { LATER, origin, slug, tabAddress } from './baked.ts';
import { tabLink } from './card.ts';
import type { EditorProblem } from './editor.ts';
import { phoneLink } from './footer.ts';
import { remember, remembered } from './memory.ts';
import type { Later, Place, Visiting } from './parts.ts';
import { onViolation } from './violation.ts';
import { learn } from './words.ts';

export class Visit implements Visiting {
  place: Place | undefined;
  blocked = !isSecureContext || self.origin === 'null';
  readonly boards = new Set<Place>();
  private loading: Promise<Later | undefined> | undefined;

  constructor() {
    onViolation('frame', () => this.block('frame'));
    addEventListener('storage', () => this.redraw()); // another tab drew, or is through
    if (location.hash === '#schalter-check') this.prepare(); // the doctor is loaded by it
  }

  get ticket(): boolean {
    return !!remembered();
  }

  join(board: Place): void {
    this.boards.add(board);
    if (this.ticket) this.with((later) => later.resume(board));
    else if (this.blocked) this.prepare(); // which tells why
  }

  leave(board: Place): void {
    this.boards.delete(board);
    if (this.place) this.with((later) => later.left(board));
  }

  /** A click on Nummer ziehen; without an office on Ihre Nummer anzeigen: here, whatever other tab shows it. */
  async open(board: Place, office?: string): Promise<void> {
    const later = await this.prepare();
    if (later) later.open(board, office);
    else this.blocked = true; // the way out needs nothing of ours on this page
    this.redraw();
  }

  /** The citizen chose another language. */
  speak(): void {
    this.redraw();
    if (this.place) this.with((later) => later.speak());
  }

  redraw(): void {
    for (const board of this.boards) board.draw();
  }

  /** Frames don't work here. */
  block(problem: EditorProblem): void {
    this.blocked = true;
    this.with((later) => later.fail(problem));
    this.redraw();
  }

  /** Runs with what is loaded later; undefined if it can't be loaded. */
  async with<T>(use: (later: Later) => T): Promise<T | undefined> {
    const later = await this.prepare();
    return later && use(later);
  }

  /** Loads what a click needs: on a hover, or the focus, a little ahead of it. */
  prepare(): Promise<Later | undefined> {
    this.loading ??= (import(`${origin}/${LATER}`) as Promise<typeof import('./later.ts')>).then(
      ({ start }) => start({ visit, origin, slug, remember, remembered, tabAddress, tabLink, phoneLink, learn }),
      () => {
        this.loading = undefined; // the next one may have a connection
        return undefined;
      },
    );
    return this.loading;
  }
}

export const visit = new Visit();
