// The frame's side of the contract: says ready, checks who answers, then speaks over the port.

import type { Ready } from './contract.ts';
import { type Calls, Line } from './line.ts';

export class Guest<Out extends Calls<Out>, In extends Calls<In>> {
  private line: Line<Out, In> | undefined;
  private readonly early: Array<(line: Line<Out, In>) => void> = [];

  /**
   * Says ready to the parent at once. Make it when the handlers can run.
   * @param origins the authority's list, see originsOf
   */
  constructor(
    private readonly origins: readonly string[],
    private readonly handlers: In,
    private readonly frame: Window = window,
  ) {
    frame.addEventListener('message', this.listen);
    frame.parent.postMessage({ schalter: 'ready' } satisfies Ready, '*');
  }

  /** True once the board has answered. */
  get connected(): boolean {
    return this.line !== undefined;
  }

  /** Says something to the board; calls before the handshake wait for it. */
  call<K extends keyof Out & string>(name: K, ...arg: Parameters<Out[K]>): void {
    if (this.line) this.line.call(name, ...arg);
    else if (this.early.length < 50) this.early.push((line) => line.call(name, ...arg));
  }

  close(): void {
    this.frame.removeEventListener('message', this.listen);
    this.line?.close();
    this.line = undefined;
  }

  private readonly listen = (event: MessageEvent<{ schalter?: unknown } | null>): void => {
    const port = event.ports[0];
    if (event.source !== this.frame.parent || event.data?.schalter !== 'port' || !port) return;
    if (!listed(event.origin, this.origins)) return;
    this.line?.close();
    const line = new Line<Out, In>(port, this.handlers);
    this.line = line;
    for (const say of this.early.splice(0)) say(line);
  };
}

/** True if this document stands in a frame; in a tab of its own there is no board to talk to. */
export function framed(page: Window = window): boolean {
  return page.parent !== page;
}

/** The authority's origins as the server wrote them into our page, and our own (pages under /SLUG). */
export function originsOf(page: Document = document): string[] {
  const meta = page.querySelector<HTMLMetaElement>('meta[name="schalter:origins"]');
  const list = meta?.content.split(/\s+/).filter(Boolean) ?? [];
  return [...list, page.defaultView?.location.origin ?? ''];
}

/** True if origin is in the list. An entry "https://*.town.de" admits every subdomain, as in frame-ancestors. */
export function listed(origin: string, origins: readonly string[]): boolean {
  if (!origin || origin === 'null') return false;
  return origins.some((entry) => {
    const [scheme, domain] = entry.split('://*');
    if (domain?.startsWith('.')) return origin.startsWith(`${scheme}://`) && origin.endsWith(domain);
    return entry === origin;
  });
}
