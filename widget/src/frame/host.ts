// The board's side of the contract: waits for the frame's ready, checks who says it, hands a port over.

import type { HandOver } from './contract.ts';
import { type Calls, Line } from './line.ts';

export class Host<Out extends Calls<Out>, In extends Calls<In>> {
  private line: Line<Out, In> | undefined;

  /**
   * Listens for one iframe. Make it before the iframe gets its src.
   * @param origin ours; a ready from any other is refused
   * @param onReady runs after every handshake: the frame may have been reloaded
   */
  constructor(
    private readonly frame: HTMLIFrameElement,
    private readonly origin: string,
    private readonly handlers: In,
    private readonly onReady: () => void,
    private readonly page: Window = window,
  ) {
    page.addEventListener('message', this.listen);
  }

  /** Says something to the frame; before the handshake it is dropped, for onReady says all that matters. */
  call<K extends keyof Out & string>(name: K, ...arg: Parameters<Out[K]>): void {
    this.line?.call(name, ...arg);
  }

  close(): void {
    this.page.removeEventListener('message', this.listen);
    this.line?.close();
    this.line = undefined;
  }

  private readonly listen = (event: MessageEvent<{ schalter?: unknown } | null>): void => {
    const target = this.frame.contentWindow;
    if (!target || event.source !== target || event.origin !== this.origin) return;
    if (event.data?.schalter !== 'ready') return;
    this.line?.close();
    const { port1, port2 } = new MessageChannel();
    this.line = new Line<Out, In>(port1, this.handlers);
    target.postMessage({ schalter: 'port' } satisfies HandOver, this.origin, [port2]);
    this.onReady();
  };
}
