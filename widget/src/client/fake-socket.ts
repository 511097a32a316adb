// A socket for tests: the test plays the server.

export class FakeSocket {
  static all: FakeSocket[] = [];
  static make = (url: string): WebSocket => new FakeSocket(url) as unknown as WebSocket;
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error('no socket has been opened');
    return socket;
  }

  readyState = 0;
  sent: Array<{ type: string; data?: unknown }> = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  say(type: string, data?: unknown): void {
    this.onmessage?.({ data: JSON.stringify({ type, data }) });
  }
  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}
