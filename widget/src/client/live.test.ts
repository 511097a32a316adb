import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from './api.ts';
import { FakeSocket } from './fake-socket.ts';
import { backoff, isFinal, Live, SILENCE_MS, socketUrl } from './live.ts';

type Frame = { type: string; data?: unknown };

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
});

function start(o: Partial<ConstructorParameters<typeof Live<Frame, Frame>>[0]> = {}) {
  const frames: Frame[] = [];
  let wake: ((why: 'visible' | 'online') => void) | undefined;
  const live = new Live<Frame, Frame>({
    plan: () => ({ url: 'ws://x/s', first: { type: 'hello', data: { versions: [1] } } }),
    onFrame: (frame) => frames.push(frame),
    wake: (listener) => {
      wake = listener;
      return () => undefined;
    },
    socket: FakeSocket.make,
    random: () => 0.5,
    ...o,
  });
  return { live, frames, wake: (why: 'visible' | 'online') => wake?.(why) };
}

const tick = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('a live socket', () => {
  test('says the first frame, answers pings itself and hands on the rest', async () => {
    const { live, frames } = start();
    await tick();
    FakeSocket.last.open();
    FakeSocket.last.say('ping');
    FakeSocket.last.say('ticket', { n: 1 });
    expect(FakeSocket.last.sent).toEqual([{ type: 'hello', data: { versions: [1] } }, { type: 'pong' }]);
    expect(frames).toEqual([{ type: 'ticket', data: { n: 1 } }]);
    expect(live.state.value).toEqual({ kind: 'open' });
    expect(live.send({ type: 'x' })).toBe(true);
  });

  test('comes back quickly at first, later with growing pauses', async () => {
    const { live } = start();
    await tick();
    FakeSocket.last.open();
    FakeSocket.last.say('ping');
    FakeSocket.last.drop();
    expect(live.state.value).toEqual({ kind: 'waiting', tries: 1 });
    expect(live.send({ type: 'x' })).toBe(false);
    await tick(150);
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.drop();
    await tick(150);
    expect(FakeSocket.all).toHaveLength(2);
    await tick(1_100);
    expect(FakeSocket.all).toHaveLength(3);
  });

  test('takes silence for a dead socket', async () => {
    const { live } = start();
    await tick();
    FakeSocket.last.open();
    FakeSocket.last.say('ping');
    await tick(SILENCE_MS - 1);
    expect(live.state.value.kind).toBe('open');
    await tick(200);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.all[0]?.readyState).toBe(3);
  });

  test('a handshake that hangs is given up', async () => {
    start();
    await tick(10_200);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test('a last word of the server is final, a failure is not', async () => {
    const { live } = start();
    await tick();
    FakeSocket.last.open();
    FakeSocket.last.drop(4401, 'ticket_unknown');
    expect(live.state.value).toEqual({ kind: 'closed', code: 4401, reason: 'ticket_unknown' });
    await tick(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(isFinal(4500, 'failed')).toBe(false);
    expect(isFinal(4408, 'silent')).toBe(false);
    expect(isFinal(1001, 'going away')).toBe(false);
  });

  test('a refused plan is final, an offline one is tried again', async () => {
    let answer: () => never = () => {
      throw Refusal.offline();
    };
    const { live } = start({ plan: () => answer() });
    await tick();
    expect(live.state.value).toEqual({ kind: 'waiting', tries: 1 });
    answer = () => {
      throw new Refusal('refused', { status: 410, code: 'gone', key: 'visit_over' });
    };
    await tick(1_000);
    expect(live.state.value).toMatchObject({ kind: 'closed', reason: 'visit_over' });
  });

  test('a page that wakes up after long silence connects at once, and one that waits does too', async () => {
    const { wake } = start();
    await tick();
    FakeSocket.last.open();
    FakeSocket.last.say('ping');
    vi.setSystemTime(Date.now() + 20_000); // the timers slept with the page
    wake('visible');
    await tick();
    expect(FakeSocket.all).toHaveLength(2);
    FakeSocket.last.drop();
    wake('online');
    await tick();
    expect(FakeSocket.all).toHaveLength(3);
  });

  test('close is for good', async () => {
    const { live } = start();
    await tick();
    live.close();
    await tick(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(live.state.value.kind).toBe('closed');
  });
});

test('pauses spread over the whole range and stop growing', () => {
  expect(backoff(1, 0.99)).toBeLessThan(300);
  expect(backoff(20, 1)).toBe(15_200);
  expect(backoff(20, 0)).toBe(200);
});

test('the socket follows the page to https', () => {
  expect(socketUrl('/s', { protocol: 'https:', host: 'a:1' })).toBe('wss://a:1/s');
  expect(socketUrl('/s', { protocol: 'http:', host: 'a' })).toBe('ws://a/s');
});
