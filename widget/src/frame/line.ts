// A Line carries the calls of one direction map out, and of the other in, over a MessagePort.

/** A map of one-way methods with at most one argument. */
export type Calls<C> = { [K in keyof C]: (arg: never) => void };

interface Call {
  call: string;
  with?: unknown;
}

export class Line<Out extends Calls<Out>, In extends Calls<In>> {
  constructor(
    private readonly port: MessagePort,
    handlers: In,
  ) {
    port.onmessage = (event: MessageEvent<Call | undefined>) => {
      const message = event.data;
      const known = message && Object.hasOwn(handlers, message.call);
      if (known) (handlers as unknown as Record<string, (arg: unknown) => void>)[message.call]?.(message.with);
    };
  }

  call<K extends keyof Out & string>(name: K, ...[arg]: Parameters<Out[K]>): void {
    this.port.postMessage({ call: name, with: arg } satisfies Call);
  }

  close(): void {
    this.port.onmessage = null;
    this.port.close();
  }
}
