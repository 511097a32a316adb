// The detour of the status, where the page forbids its scripts to connect to us: a hidden frame of ours fetches it.

import type { BoardToRelayCalls, RelayCalls } from '../frame/contract.ts';
import { Host } from '../frame/host.ts';
import type { Board } from '../protocol.gen.ts';
import type { Shared } from './parts.ts';

const patience = 8_000;

export class Relay {
  private etag: string | undefined;
  private frame: HTMLIFrameElement | undefined;
  private host: Host<BoardToRelayCalls, RelayCalls> | undefined;
  private answer: (board: Board | null | undefined) => void = () => {};

  constructor(private readonly shared: Shared) {}

  /** The board; null if nothing changed, undefined if it failed. */
  async fetch(): Promise<Board | null | undefined> {
    const board = await new Promise<Board | null | undefined>((resolve) => {
      this.answer = resolve;
      setTimeout(() => resolve(undefined), patience);
      if (this.frame?.isConnected) this.ask();
      else this.make();
    });
    if (board === undefined) this.drop(); // perhaps it was made without a connection: the next one may live
    return board;
  }

  private ask(): void {
    this.host?.call('fetch', { etag: this.etag });
  }

  private make(): void {
    this.drop();
    const { visit, origin, slug } = this.shared;
    const [board] = visit.boards;
    const frame = document.createElement('iframe');
    const calls: RelayCalls = {
      board: ({ etag, body }) => {
        this.etag = etag;
        this.answer(body ? (JSON.parse(body) as Board) : null);
      },
      failed: () => this.answer(undefined),
    };
    this.frame = frame;
    this.host = new Host(frame, origin, calls, () => this.ask());
    frame.hidden = true;
    frame.src = `${origin}/f/${slug}/relay`;
    board?.shadow.append(frame);
  }

  private drop(): void {
    this.host?.close();
    this.frame?.remove();
    this.frame = undefined;
  }
}
