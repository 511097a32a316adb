// The visit as the boards of a page see it: is there a ticket, in which board stands the frame, do frames work here.
// What opens the frame (later.ts) is loaded when it is needed, so that a page without a visitor loads little.

import { LATER, origin, slug, tabAddress } from './baked.ts';
import { tabLink } from './card.ts';
import type { EditorProblem } from './editor.ts';
import type { BoardElement } from './element.ts';
import { phoneLink } from './footer.ts';
import type { Later } from './later.ts';
import { remember, remembered } from './memory.ts';
import { onViolation } from './violation.ts';
import { learn } from './words.ts';

/** A click on Nummer ziehen; see Opening of the frame contract. */
export interface Wish {
  office: string;
  key: string;
}

export class Visit {
  /** The board in which the frame stands, or the note that it can't. */
  place: BoardElement | undefined;
  /** No conversation in a frame on this page: the buttons are links to a tab of their own. */
  blocked = !isSecureContext || self.origin === 'null';
  readonly boards = new Set<BoardElement>();
  private loading: Promise<Later> | undefined;

  constructor() {
    onViolation('frame', () => this.block('frame'));
    addEventListener('storage', () => this.redraw()); // another tab drew, or is through
  }

  /** A ticket exists, though maybe not in this tab. */
  get ticket(): boolean {
    return !!remembered();
  }

  join(board: BoardElement): void {
    this.boards.add(board);
    if (this.ticket) this.with((later) => later.resume(board));
    else if (this.blocked) this.prepare(); // which tells why
  }

  leave(board: BoardElement): void {
    this.boards.delete(board);
    if (this.place) this.with((later) => later.left(board));
  }

  /** Loads what a click needs: on a hover, or the focus, a little ahead of it. */
  prepare(): void {
    this.with(() => {});
  }

  /** A click on Nummer ziehen. */
  draw(board: BoardElement, office: string): void {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const key = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    this.with((later) => later.open(board, { office, key }));
  }

  /** A click on Ihre Nummer anzeigen: here, whatever other tab shows it. */
  show(board: BoardElement): void {
    this.with((later) => later.open(board));
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
    try {
      this.loading ??= (import(`${origin}/${LATER}`) as Promise<typeof import('./later.ts')>).then((module) =>
        module.start({ visit, origin, slug, remember, remembered, tabAddress, tabLink, phoneLink, learn }),
      );
      return use(await this.loading);
    } catch {
      this.blocked ||= !this.place;
      this.redraw();
      return undefined;
    }
  }
}

export const visit = new Visit();
