// The one owner of our frame on a page: opens and closes it, gives up on it, and does for it what a frame can't.

import type { BoardCalls, FrameCalls, Opening } from '../frame/contract.ts';
import { Host } from '../frame/host.ts';
import * as bell from './bell.ts';
import type { EditorProblem } from './editor.ts';
import type { Place, Shared } from './parts.ts';
import { Stage } from './stage.ts';
import { TabLock } from './tab-lock.ts';

const slowAfter = 4_000;
const giveUpAfter = 12_000;

export class FrameOwner {
  private stage: Stage | undefined;
  private host: Host<BoardCalls, FrameCalls> | undefined;
  private office: string | undefined; // where the focus returns to
  private wish: Pick<Opening, 'office' | 'key'> | undefined; // until there is a ticket
  private focusFrame = false;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private title: { before: string; ours: string } | undefined;
  private readonly lock: TabLock;

  constructor(
    private readonly shared: Shared,
    private readonly tell: (problem: EditorProblem) => void,
  ) {
    this.lock = new TabLock(`schalter:${shared.slug}`);
    document.addEventListener('visibilitychange', () => this.tellPage());
  }

  /** Opens the frame in a board, on a click; if it is open already, leads there. */
  open(board: Place, clicked: boolean, office?: string): void {
    const { visit, origin } = this.shared;
    if (clicked) bell.unlock();
    if (visit.place) {
      this.stage?.frame?.focus();
      return;
    }
    visit.place = board;
    this.wish = office ? { office, key: randomKey() } : undefined;
    this.office = office;
    this.focusFrame = clicked;
    const stage = new Stage(board, this.shared, this.office, () => this.close(true));
    this.stage = stage;
    if (visit.blocked) {
      this.fail();
      return;
    }
    if (clicked) void this.lock.take(true);
    stage.insert((frame) => {
      this.host = new Host(frame, origin, this.calls, () => this.ready());
    });
    stage.tell('loading');
    this.timers = [setTimeout(() => stage.tell('slow'), slowAfter), setTimeout(() => this.fail('silent'), giveUpAfter)];
    visit.redraw();
  }

  /** After a reload, or on another page of the town: opens by itself, unless another tab shows the ticket. */
  async resume(board: Place): Promise<void> {
    const { visit } = this.shared;
    if (visit.place || visit.blocked || !(await this.lock.take())) return;
    if (board.isConnected && visit.ticket && !visit.place) this.open(board, false);
  }

  /** A page that re-renders puts its board back at once; else another board of the page takes over. */
  left(board: Place): void {
    const { visit } = this.shared;
    if (visit.place !== board || board.isConnected) return;
    this.close();
    const [next] = visit.boards;
    if (next && visit.ticket) void this.resume(next);
  }

  /** The frame goes, a note with the way out stays. */
  fail(problem?: EditorProblem): void {
    if (problem) this.tell(problem);
    this.shared.visit.blocked = true;
    this.end();
    if (this.stage) {
      this.stage.remove();
      this.stage.tell('failed');
    }
    this.shared.visit.redraw();
  }

  speak(): void {
    this.stage?.speak();
    this.tellPage();
  }

  /** The frame spoke: from now on it is answered, after each of its loads. */
  private ready(): void {
    const { stage, shared } = this;
    if (!stage) return;
    this.stopTimers();
    stage.tell(undefined);
    const { board, frame } = stage;
    const resume = shared.remembered()?.resume;
    this.host?.call('open', { ...this.wish, lang: board.words.lang, resume, wide: board.clientWidth >= 720 });
    this.tellPage();
    if (this.focusFrame) frame?.focus();
    this.focusFrame = false;
  }

  /** Back to the cards. */
  private close(focus = false): void {
    const { stage, office, shared } = this;
    const focused = document.activeElement === stage?.board; // never taken from elsewhere in the page
    this.end();
    stage?.remove();
    this.stage = undefined;
    shared.visit.place = undefined;
    shared.visit.redraw();
    if (focus && focused) stage?.board.focusOffice(office);
  }

  private end(): void {
    this.stopTimers();
    this.host?.close();
    this.host = undefined;
    this.lock.release();
    removeEventListener('beforeunload', askFirst);
    bell.ring(false);
    this.calls.title({ text: null });
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private tellPage(): void {
    const lang = this.stage?.board.words.lang;
    if (lang) this.host?.call('page', { lang, visible: !document.hidden });
  }

  /** What the frame may ask of the page. */
  private readonly calls: FrameCalls = {
    size: ({ height }) => this.stage?.fit(height),
    title: ({ text }) => {
      if (this.title && document.title === this.title.ours) document.title = this.title.before;
      this.title = text ? { before: document.title, ours: text } : undefined;
      if (text) document.title = text;
    },
    ring: ({ on, volume }) => bell.ring(on, volume),
    vibrate: ({ ms }) => void navigator.vibrate?.(ms.slice(0, 20)),
    ticket: (ticket) => {
      if (ticket.exists) this.wish = undefined;
      if (!this.shared.remember(ticket)) this.tell('storage');
      this.shared.visit.redraw(); // other boards of the page lead to it
    },
    done: () => this.close(true),
    focusOut: ({ to }) => (to === 'before' ? this.stage?.board.stage.focus() : this.stage?.board.focusFooter()),
    problem: ({ kind }) => this.tell(kind),
    conversation: ({ on }) => (on ? addEventListener : removeEventListener)('beforeunload', askFirst),
    fullscreen: ({ on }) => {
      if (on) this.stage?.fillWindow(() => this.host?.call('windowed'));
      else this.stage?.leaveWindow();
    },
  };
}

function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault();
  event.returnValue = true;
}

function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
