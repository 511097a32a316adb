// Both sides of the contract against each other, over a real MessageChannel and two make-believe windows.

import { afterEach, expect, test, vi } from 'vitest';
import type { BoardCalls, FrameCalls } from './contract.ts';
import { framed, Guest, listed, originsOf } from './guest.ts';
import { Host } from './host.ts';

const town = 'https://town.example';
const ours = 'https://schalter.example';

/** A window that delivers what is posted to it as the browser would, with source and origin. */
class Side extends EventTarget {
  other: Side | undefined;
  parent: unknown;
  posted: unknown[] = [];

  constructor(readonly origin: string) {
    super();
  }

  /** Called by the other side. */
  postMessage(data: unknown, target: string, ports: MessagePort[] = []): void {
    this.posted.push(data);
    if (target === '*' || target === this.origin) this.deliver(data, this.other, this.other?.origin ?? '', ports);
  }

  deliver(data: unknown, source: unknown, origin: string, ports: MessagePort[] = []): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data, source, origin, ports }));
  }
}

const ends: { close(): void }[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
});

function windows(townOrigin = town) {
  const page = new Side(townOrigin);
  const inner = new Side(ours);
  page.other = inner;
  inner.other = page;
  inner.parent = page;
  return { page, inner };
}

function host(page: Side, inner: Side) {
  const size = vi.fn();
  const done = vi.fn();
  const ready = vi.fn();
  const calls = { size, done } as unknown as FrameCalls;
  const frame = { contentWindow: inner } as unknown as HTMLIFrameElement;
  const side = new Host<BoardCalls, FrameCalls>(frame, ours, calls, ready, page as unknown as Window);
  ends.push(side);
  return { side, size, done, ready };
}

function guest(inner: Side, origins = [town]) {
  const open = vi.fn();
  const calls = { open, page: vi.fn(), windowed: vi.fn() };
  const side = new Guest<FrameCalls, BoardCalls>(origins, calls, inner as unknown as Window);
  ends.push(side);
  return { side, open };
}

test('they meet, and calls go both ways', async () => {
  const { page, inner } = windows();
  const h = host(page, inner);
  const g = guest(inner);
  expect(h.ready).toHaveBeenCalledOnce();
  expect(g.side.connected).toBe(true);
  h.side.call('open', { lang: 'de', wide: true, office: 'bauamt' });
  g.side.call('size', { height: 700 });
  g.side.call('done');
  await vi.waitFor(() => expect(h.done).toHaveBeenCalledOnce());
  expect(h.size).toHaveBeenCalledWith({ height: 700 });
  await vi.waitFor(() => expect(g.open).toHaveBeenCalledWith({ lang: 'de', wide: true, office: 'bauamt' }));
});

test('ready carries no secret and the port goes to our origin only', () => {
  const { page, inner } = windows();
  host(page, inner);
  guest(inner);
  expect(page.posted).toEqual([{ schalter: 'ready' }]);
  expect(inner.posted).toEqual([{ schalter: 'port' }]);
});

test('a frame that is reloaded is answered again, and the new port counts', async () => {
  const { page, inner } = windows();
  const h = host(page, inner);
  guest(inner).side.close();
  const second = guest(inner);
  expect(h.ready).toHaveBeenCalledTimes(2);
  h.side.call('open', { lang: 'en', wide: false });
  await vi.waitFor(() => expect(second.open).toHaveBeenCalledOnce());
});

test('calls before the handshake wait for it', async () => {
  const { page, inner } = windows();
  const g = guest(inner);
  g.side.call('size', { height: 1 });
  const h = host(page, inner);
  page.deliver({ schalter: 'ready' }, inner, ours);
  await vi.waitFor(() => expect(h.size).toHaveBeenCalledWith({ height: 1 }));
});

test.each([
  ['another window', { schalter: 'ready' }, false, ours],
  ['another origin', { schalter: 'ready' }, true, 'https://evil.example'],
  ['an opaque origin', { schalter: 'ready' }, true, 'null'],
  ['another message', { schalter: 'no' }, true, ours],
  ['no message', null, true, ours],
])('the board gives no port to %s', (_, data, fromFrame, origin) => {
  const { page, inner } = windows();
  const h = host(page, inner);
  page.deliver(data, fromFrame ? inner : new Side(ours), origin);
  expect(h.ready).not.toHaveBeenCalled();
  expect(inner.posted).toEqual([]);
});

test.each([
  ['a window that is not the parent', false, town],
  ['an origin that is not listed', true, 'https://evil.example'],
  ['an opaque origin', true, 'null'],
])('the frame takes no port from %s', (_, fromParent, origin) => {
  const { page, inner } = windows();
  const g = guest(inner);
  const { port1, port2 } = new MessageChannel();
  inner.deliver({ schalter: 'port' }, fromParent ? page : new Side(town), origin, [port1]);
  expect(g.side.connected).toBe(false);
  port1.close();
  port2.close();
});

test('unknown methods and broken messages are ignored', async () => {
  const { page, inner } = windows();
  const h = host(page, inner);
  const g = guest(inner);
  const loose = g.side as unknown as { call(name: string, arg?: unknown): void };
  loose.call('notYetInvented', { x: 1 });
  loose.call('toString');
  loose.call('__proto__');
  g.side.call('done');
  await vi.waitFor(() => expect(h.done).toHaveBeenCalledOnce());
});

test('the list of origins: exact, subdomains, never opaque', () => {
  expect(listed('https://a.example', ['https://a.example'])).toBe(true);
  expect(listed('https://a.example:8443', ['https://a.example'])).toBe(false);
  expect(listed('http://a.example', ['https://a.example'])).toBe(false);
  expect(listed('https://www.town.de', ['https://*.town.de'])).toBe(true);
  expect(listed('https://town.de', ['https://*.town.de'])).toBe(false);
  expect(listed('https://eviltown.de', ['https://*.town.de'])).toBe(false);
  expect(listed('http://www.town.de', ['https://*.town.de'])).toBe(false);
  expect(listed('null', ['null'])).toBe(false);
  expect(listed('', [''])).toBe(false);
});

test('the list comes from our page, with our own origin', () => {
  const meta = { content: ' https://a  https://b ' };
  const document = { querySelector: () => meta, defaultView: { location: { origin: ours } } } as unknown as Document;
  expect(originsOf(document)).toEqual(['https://a', 'https://b', ours]);
});

test('a page of its own is not framed', () => {
  const alone = { parent: undefined as unknown };
  alone.parent = alone;
  expect(framed(alone as unknown as Window)).toBe(false);
});
