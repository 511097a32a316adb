// Real-time text of a conversation: what is typed goes out letter by letter over a data channel with the protocol t140,
// what the others type comes in, one channel for each of them (RFC 8865). It outlives peer connections: each new one goes
// on where the last one broke, by the positions in the channels' labels (server/sfu/text.go).
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { HeardText } from '../client/protocol.ts';
import { clean, difference, type Line, length, NEW_LINE, Transcript } from './t140.ts';

const PROTOCOL = 't140';
/** Own characters kept to be sent again after a lost line. */
const KEEP = 2_000;
/** Sent at once, and then at most so often: far below the 300 ms of EN 301 549 6.2.4. */
const BATCH_MS = 100;
/** Characters in a message: at most 4 KiB. */
const BLOCK = 1_000;
/** A closed channel on a connection that lives is opened again so often; then the room takes no more text. */
const TRIES = 3;

export type TextState = 'waiting' | 'open' | 'full';

export class RealTimeText {
  readonly #now: () => number;
  readonly #transcript = new Transcript();
  readonly #lines = signal<readonly Line[]>([]);
  readonly #state = signal<TextState>('waiting');
  readonly #draft = signal('');
  readonly #heard = new Map<string, { epoch: string; position: number }>();
  /** Of this page's text: the room knows by it which text it has already. */
  readonly #epoch = random();
  #kept: string[] = []; // the last own characters, from #count - #kept.length on
  #count = 0;
  #sent = 0; // position up to which the present channel has been given
  #channel: RTCDataChannel | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** What the others have written, in the order in which lines were begun, and own lines that are finished. Own ones have
   * no participant. */
  get lines(): ReadonlySignal<readonly Line[]> {
    return this.#lines;
  }
  get state(): ReadonlySignal<TextState> {
    return this.#state;
  }
  /** The own running line. */
  get draft(): ReadonlySignal<string> {
    return this.#draft;
  }

  /** How much of the others' text is here: to be said before the first offer of a new connection. */
  get heard(): HeardText[] {
    return [...this.#heard].slice(-24).map(([participant, { epoch, position }]) => ({ participant, epoch, position }));
  }

  /** Takes the text to a new connection, before its first offer. */
  attach(pc: RTCPeerConnection): void {
    this.#tries = 0;
    pc.ondatachannel = ({ channel }) => this.#read(channel);
    this.#open(pc);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#channel = undefined;
  }

  /** The own running line is this now; line breaks in it end lines. */
  edit(value: string): void {
    if (this.#state.peek() === 'full') return;
    const lines = clean(value).split(NEW_LINE);
    const running = lines.pop() ?? '';
    let before = this.#draft.peek();
    for (const line of lines) {
      this.#write(difference(before, line) + NEW_LINE);
      this.#transcript.receive('', line + NEW_LINE, this.#now());
      before = '';
    }
    if (lines.length > 0) this.#lines.value = this.#transcript.lines;
    this.#write(difference(before, running));
    this.#draft.value = running;
  }

  #write(text: string): void {
    if (text === '') return;
    const characters = [...text];
    this.#kept.push(...characters);
    this.#count += characters.length;
    const wait = this.#last + BATCH_MS - this.#now();
    if (wait <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  #open(pc: RTCPeerConnection): void {
    const from = this.#from;
    const label = `${PROTOCOL} ${this.#epoch} ${from} ${this.#count}`;
    const channel = pc.createDataChannel(label, { protocol: PROTOCOL });
    this.#channel = channel;
    this.#sent = from;
    this.#state.value = 'waiting';
    channel.onopen = () => {
      if (this.#channel !== channel) return;
      this.#state.value = 'open';
      this.#flush();
    };
    channel.onclose = () => {
      if (this.#channel !== channel) return;
      this.#state.value = 'waiting';
      if (pc.connectionState !== 'connected') return; // a new connection will be made
      if (++this.#tries < TRIES) this.#open(pc);
      else this.#state.value = 'full';
    };
  }

  get #from(): number {
    return this.#count - this.#kept.length;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const channel = this.#channel;
    if (channel?.readyState !== 'open') return; // all is sent when it opens
    this.#last = this.#now();
    try {
      while (this.#sent < this.#count) {
        const at = this.#sent - this.#from;
        const block = this.#kept.slice(at, at + BLOCK);
        channel.send(block.join(''));
        this.#sent += block.length;
      }
    } catch {
      return; // the connection has just ended; the next one sends it
    }
    this.#kept = this.#kept.slice(-KEEP);
  }

  /** A channel of one of the others: "PARTICIPANT EPOCH POSITION". */
  #read(channel: RTCDataChannel): void {
    if (channel.protocol !== PROTOCOL) {
      channel.close();
      return;
    }
    const [participant = '', epoch = '', position = ''] = channel.label.split(' ');
    const heard = { epoch, position: Number.parseInt(position, 10) || 0 };
    this.#heard.delete(participant);
    this.#heard.set(participant, heard);
    channel.onmessage = ({ data }) => {
      if (typeof data !== 'string' || this.#heard.get(participant) !== heard) return;
      heard.position += length(data);
      this.#transcript.receive(participant, clean(data), this.#now());
      this.#lines.value = this.#transcript.lines;
    };
  }
}

function random(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, '0')).join('');
}
