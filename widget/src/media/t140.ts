// T.140, the characters of real-time text: what may travel, what to send when a line is edited, and what a reader makes of
// it. Pure. The server's sfu/t140.go has the same rule of what may travel: both count the same characters.

const BACKSPACE = '\b';
export const NEW_LINE = '\u2028';
/** Stands where text was lost. */
export const MISSING = '\uFFFD';

/** No control functions, and nothing that turns a line's reading direction around. Joiners stay: emoji need them. */
const UNWANTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  /[\0-\x07\v\f\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e002f}\u{e003a}-\u{e0060}\u{e007b}-\u{e007e}]|[\ud800-\udfff](?![\udc00-\udfff])/gu;

/** What is left of a text for the others; lines end with LINE SEPARATOR. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?|\n|\u2029/g, NEW_LINE)
    .replace(/\t/g, ' ')
    .replace(UNWANTED, '');
}

/** Characters as T.140 and the server count them. */
export function length(text: string): number {
  let n = 0;
  for (const _ of text) n++;
  return n;
}

const segmenter = typeof Intl.Segmenter === 'function' ? new Intl.Segmenter() : undefined;

/** Characters as people see them: a family of four is one. */
export function graphemes(text: string): string[] {
  return segmenter ? Array.from(segmenter.segment(text), (s) => s.segment) : [...text];
}

/** What turns one line into another for those who read along: backspaces to where they differ, then the rest. */
export function difference(before: string, after: string): string {
  const [old, now] = [graphemes(before), graphemes(after)];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same++;
  return BACKSPACE.repeat(old.length - same) + now.slice(same).join('');
}

/** One line of what somebody writes. A running one still changes. */
export interface Line {
  readonly id: number;
  readonly participant: string;
  readonly text: string;
  /** 'line': ended by its writer; 'pause': somebody else wrote on meanwhile, it goes on below. */
  readonly end?: 'line' | 'pause';
  /** When it began and when it last changed, ms. */
  readonly at: number;
  readonly changed: number;
}

/** After this pause a text goes on in a line of its own, if somebody else has written meanwhile. */
export const PAUSE_MS = 3_000;
const MOST_LINES = 2_000;

/** What all have written, in the order in which the lines were begun. */
export class Transcript {
  #lines: Line[] = [];
  #next = 1;
  readonly #return = new Set<string>(); // who has just sent CR: LF belongs to it

  get lines(): readonly Line[] {
    return this.#lines;
  }

  receive(participant: string, text: string, now: number): void {
    for (const part of graphemes(text)) this.#take(participant, part, now);
    if (this.#lines.length > MOST_LINES) this.#lines = this.#lines.slice(-MOST_LINES);
  }

  #take(participant: string, part: string, now: number): void {
    const afterReturn = this.#return.delete(participant);
    switch (part) {
      case '\uFEFF':
        return;
      case BACKSPACE:
        this.#erase(participant, now);
        return;
      case '\n':
        if (afterReturn) return;
        break;
      case '\r':
        this.#return.add(participant);
        break;
      case '\r\n':
      case NEW_LINE:
        break;
      default: {
        const line = this.#running(participant, now);
        this.#put({ ...line, text: line.text + part, changed: now });
        return;
      }
    }
    this.#put({ ...this.#running(participant, now), end: 'line', changed: now });
  }

  /** The line that goes on, a new one if need be. */
  #running(participant: string, now: number): Line {
    const last = this.#last(participant);
    const latest = this.#lines.at(-1);
    const between = last && latest && latest !== last && now - last.changed > PAUSE_MS;
    if (last && !last.end && !between) return last;
    if (last && !last.end) this.#put({ ...last, end: 'pause' });
    return { id: this.#next++, participant, text: '', at: now, changed: now };
  }

  #erase(participant: string, now: number): void {
    let last = this.#last(participant);
    if (last && last.text === '' && !last.end) {
      this.#lines = this.#lines.filter((l) => l !== last);
      last = this.#last(participant);
    }
    if (!last) return;
    const { end, ...open } = last;
    // A line's end is one character; where a line only broke off for others' sake there is none.
    const text = end === 'line' ? last.text : graphemes(last.text).slice(0, -1).join('');
    this.#put({ ...open, text, changed: now });
  }

  #last(participant: string): Line | undefined {
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      if (this.#lines[i]?.participant === participant) return this.#lines[i];
    }
    return undefined;
  }

  #put(line: Line): void {
    const at = this.#lines.findIndex((l) => l.id === line.id);
    this.#lines = at < 0 ? [...this.#lines, line] : this.#lines.map((l) => (l.id === line.id ? line : l));
  }
}
