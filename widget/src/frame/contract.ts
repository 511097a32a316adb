// The contract between the town's page (the board) and our frame, declared once. Both sides speak over a MessagePort;
// methods are one-way and take at most one object, so that nobody waits for an answer and fields can be added.
// An unknown method is ignored: a board cached in a page that was open for days meets a newer frame.
//
// Handshake: the frame posts Ready (no secret) to its parent. The board checks source and origin and answers with
// HandOver and a port. It answers every Ready: a page that re-renders reloads the frame, and the newest port counts.
// The frame checks that the port comes from its parent and from an origin of the authority's list.
//
// Where no frame works, the board offers a link to a tab of its own instead: /v/SLUG#office=SLUG&lang=de, without office
// to show a ticket. There the citizen's app runs without a board.

/** The frame's first word, posted to the parent with targetOrigin '*'. */
export interface Ready {
  schalter: 'ready';
}

/** The board's answer, posted to our origin only, with the port as the one transferred object. */
export interface HandOver {
  schalter: 'port';
}

/** Board -> frame. */
export interface BoardCalls {
  /**
   * Called once after each handshake, first of all calls. The frame starts here and not before. A frame that nobody
   * answers within two seconds (embedded as a bare iframe, without our script) starts alone, by its own office list.
   */
  open(opening: Opening): void;
  /** Called after open, and whenever the board's language or the page's visibility changes. */
  page(state: PageState): void;
  /** Called when the board has left the full window without being asked to (Escape, or the browser did it). */
  windowed(): void;
}

export interface Opening {
  /**
   * Slug of the office whose "Nummer ziehen" was clicked. The frame first looks for a ticket; only if there is none
   * does it draw here, at once. Absent: show the ticket that exists; if there is none, say so and call done.
   */
  office?: string;
  /**
   * With office: 128 random bits as hex, new with each click, to be sent as Idempotency-Key. A frame that is reloaded
   * in the middle of a draw gets the same key again and so draws the same number.
   */
  key?: string;
  /** Language of the board: 'de', 'en'. */
  lang: string;
  /** One-time code of ticket(), where the browser refuses our cookie. It is used up by this call. */
  resume?: string;
  /** The board is wide enough (720 CSS px) to show the table beside the picture. A hint; the frame's own width rules. */
  wide: boolean;
}

export interface PageState {
  lang: string;
  visible: boolean;
}

/** Frame -> board. */
export interface FrameCalls {
  /**
   * Called when the height of the frame's content is known, when it grows, and when it has become much lower: with a
   * new screen, or a wider window. To shift nothing, call it with the final height within 500 ms of open.
   */
  size(px: { height: number }): void;
  /** Called when the citizen is called ("Sie sind dran – H 017"), and with null when that is over. One static change. */
  title(title: { text: string | null }): void;
  /**
   * Called with on when the citizen is called and the frame's own sound is suspended (after a reload without a click),
   * and with off when the citizen reacts, or the call is over. The board rings in three-second chimes, at most a
   * minute, and stops by itself when the frame goes. volume: 0 to 1, as the citizen has set it; absent: full.
   */
  ring(ring: { on: boolean; volume?: number }): void;
  /** Called with ring, where the frame itself may not vibrate. Milliseconds on, off, on ... */
  vibrate(pattern: { ms: number[] }): void;
  /**
   * Called when a ticket was drawn or found (exists), with every new one-time code (resume, only where the cookie is
   * refused), and with exists: false when the ticket has ended. Each call replaces what the page remembers, the code
   * too; the page stores nothing else.
   */
  ticket(ticket: { exists: boolean; resume?: string }): void;
  /**
   * Called when the citizen is through and has left the last screen, or when the ticket that the page remembers does
   * not exist any more. The frame goes; if the focus was in it, it returns to the office.
   */
  done(): void;
  /** Called on Escape outside of dialogs: focus goes to the element before or after the frame. */
  focusOut(to: { to: 'before' | 'after' }): void;
  /** Called once for each kind, for the web editor's console. The citizen learns of it in the frame. */
  problem(problem: { kind: FrameProblem }): void;
  /** Called when a conversation begins and ends: while it runs, leaving the page asks first. */
  conversation(conversation: { on: boolean }): void;
  /** Called on a click on "Großes Fenster" and back: the frame fills the window, without being moved in the DOM. */
  fullscreen(full: { on: boolean }): void;
}

/** What only the frame can find out. camera: NotAllowedError; display: screen sharing or fullscreen is blocked. */
export type FrameProblem = 'camera' | 'display' | 'storage';

/** Board -> relay, the hidden frame that fetches the status where the page's CSP blocks us. */
export interface BoardToRelayCalls {
  /** Called every time the board wants the status. etag: of the answer it has. */
  fetch(request: { etag?: string }): void;
}

/** Relay -> board. */
export interface RelayCalls {
  /** Called once for each fetch. body: the JSON text of the board; absent when nothing changed. */
  board(answer: { etag?: string; body?: string }): void;
  /** Called when the fetch failed. */
  failed(): void;
}
