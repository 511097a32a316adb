// The place of our frame in a board: the iframe, what stands beside it while it loads, and what stands there instead
// when it can't. Whether and when is decided by frame-owner.

import { dress, el } from './dom.ts';
import type { Place, Shared } from './parts.ts';
import { allow } from './probe.ts';
import css from './stage.css';

const dressed = new WeakSet<ShadowRoot>();

type Note = 'loading' | 'slow' | 'failed' | undefined;

export class Stage {
  frame: HTMLIFrameElement | undefined;
  private readonly note = el('div', { class: 'note', role: 'status', tabindex: -1 });
  private shown: Note;
  private escaped: () => void = () => {};

  constructor(
    readonly board: Place,
    private readonly shared: Shared,
    /** Office of the address in an own tab. */
    private readonly office: string | undefined,
    private readonly back: () => void,
  ) {
    if (!dressed.has(board.shadow)) dress(board.shadow, css);
    dressed.add(board.shadow);
    board.stage.replaceChildren(this.note);
  }

  /** Inserts the iframe. It stays where it is until remove: moving would reload it. */
  insert(listen: (frame: HTMLIFrameElement) => void): void {
    const { origin, slug } = this.shared;
    const title = this.board.words.say('frame.title');
    const frame = el('iframe', { allow, title, name: 'schalter' });
    this.frame = frame;
    listen(frame);
    frame.src = `${origin}/f/${slug}/`;
    this.board.stage.append(frame);
    this.board.stage.hidden = false;
  }

  remove(): void {
    this.leaveWindow();
    this.frame?.remove();
    this.frame = undefined;
    this.tell(undefined);
  }

  /** As high as the frame's content. The frame says only heights that are worth moving the page for. */
  fit(height: number): void {
    const { frame } = this;
    if (!frame || !(height > 0) || height > 20_000) return;
    frame.style.height = `${Math.ceil(height)}px`;
  }

  /** Shows what happens, with a way out; undefined: the frame speaks for itself. */
  tell(note: Note): void {
    const { stage } = this.board;
    this.shown = note;
    stage.hidden = !note && !this.frame;
    stage.classList.toggle('waiting', !!note && note !== 'failed');
    this.speak();
    if (note === 'failed') this.note.focus();
  }

  /** In the board's language, which may change. */
  speak(): void {
    const { words } = this.board;
    const { tabLink, tabAddress, phoneLink } = this.shared;
    if (this.frame) this.frame.title = words.say('frame.title');
    this.note.hidden = !this.shown;
    this.note.replaceChildren();
    if (!this.shown) return;
    this.note.append(el('p', {}, words.say(`frame.${this.shown}`)));
    if (this.shown === 'loading') return;
    this.note.append(el('p', { class: 'actions' }, tabLink(words, words.say('action.tab'), this.office)));
    if (this.shown === 'slow') return;
    const url = tabAddress(words.lang, this.office); // as text, too: a sandbox may forbid the tab
    this.note.append(
      el('p', { class: 'soft' }, ...words.rich('frame.failed_tel', { tel: phoneLink(this.board.phone) })),
      el('p', { class: 'soft' }, words.say('frame.address', { url })),
      el('button', { type: 'button', class: 'link', click: this.back }, words.say('action.back')),
    );
  }

  /** Fills the window by the top layer, which leaves the iframe where it is in the DOM. */
  fillWindow(left: () => void): void {
    const { stage } = this.board;
    if (stage.classList.contains('full')) return;
    stage.classList.add('full');
    this.escaped = left;
    try {
      stage.popover = 'manual';
      stage.showPopover();
    } catch {
      // a browser without popover: fixed position does it on most pages
    }
    document.addEventListener('keydown', this.escape);
    document.addEventListener('focusin', this.hold);
  }

  leaveWindow(): void {
    const { stage } = this.board;
    document.removeEventListener('keydown', this.escape);
    document.removeEventListener('focusin', this.hold);
    stage.classList.remove('full');
    stage.removeAttribute('popover'); // takes it out of the top layer, too
  }

  private readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    this.leaveWindow();
    this.escaped();
  };

  /** What lies under a full window should not take the focus. Escape leaves, so this is no trap. */
  private readonly hold = (event: FocusEvent): void => {
    if (event.target !== this.board) this.frame?.focus();
  };
}
