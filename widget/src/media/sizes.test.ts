import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Shows } from '../client/protocol.ts';
import { Sizes, showsOf } from './sizes.ts';

const camera = (participant: string, width: number, height: number) => ({
  whose: () => ({ participant }),
  width,
  height,
});

describe('what the switch is told of sizes', () => {
  test('each picture once, the larger of two elements, and a screen by itself', () => {
    const screen = { whose: () => ({ participant: 'clerk', screen: true }), width: 1280, height: 720 };
    expect(showsOf([camera('clerk', 160, 96), screen, camera('clerk', 640, 352)], [], '', false).pictures).toEqual([
      { participant: 'clerk', width: 640, height: 352 },
      { participant: 'clerk', screen: true, width: 1280, height: 720 },
    ]);
  });

  test('a free seat and one not measured yet are not named: they count as large', () => {
    expect(showsOf([camera('', 640, 352), camera('clerk', -1, -1)], [], '', false).pictures).toEqual([]);
  });

  test('what was shown and is no more, and all in a hidden tab, need not be sent', () => {
    const gone = () => ({ participant: 'clerk' });
    expect(showsOf([], [gone], '', false).pictures).toEqual([{ participant: 'clerk', width: 0, height: 0 }]);
    expect(showsOf([camera('clerk', 640, 352)], [gone], '', false).pictures).toEqual([
      { participant: 'clerk', width: 640, height: 352 },
    ]);
    expect(showsOf([camera('clerk', 640, 352)], [], '', true).pictures).toEqual([
      { participant: 'clerk', width: 0, height: 0 },
    ]);
  });

  test('the pinned one is marked, its screen not', () => {
    const screen = { whose: () => ({ participant: 'guest-1', screen: true }), width: 16, height: 16 };
    expect(showsOf([camera('guest-1', 64, 48), screen], [], 'guest-1', false).pictures.map((p) => p.pinned)).toEqual([
      true,
      undefined,
    ]);
  });
});

describe('watching elements', () => {
  let resize: (entries: unknown[]) => void = () => {};
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(told: typeof resize) {
          resize = told;
        }
        observe() {}
        unobserve() {}
        disconnect() {}
      },
    );
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('sizes are told once they have settled, in steps, and not twice', () => {
    const told: Shows[] = [];
    const sizes = new Sizes((shows) => told.push(shows));
    const element = {} as Element;
    const unwatch = sizes.watch(element, () => ({ participant: 'clerk' }));
    const drawn = (width: number, height: number) => resize([{ target: element, contentRect: { width, height } }]);
    for (const width of [100, 200, 630]) drawn(width, 350);
    vi.advanceTimersByTime(200);
    expect(told).toEqual([{ pictures: [{ participant: 'clerk', width: 640, height: 352 }] }]);
    drawn(632, 351);
    vi.advanceTimersByTime(200);
    expect(told.length).toBe(1);
    sizes.again();
    vi.advanceTimersByTime(200);
    expect(told.length).toBe(2);
    unwatch();
    vi.advanceTimersByTime(200);
    expect(told.at(-1)?.pictures[0]?.width).toBe(0);
    sizes.close();
  });
});
