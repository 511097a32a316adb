// @vitest-environment happy-dom
import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bell } from './bell';

let rung: string[];
const player = {
  awake: signal(true),
  wake: () => {},
  play: (name: string, volume: number) => void rung.push(`${name} ${volume}`),
};

beforeEach(() => {
  rung = [];
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('it rings until something is done about it', () => {
  const bell = new Bell(player);
  bell.arrival();
  expect(rung).toEqual(['gong 0.6']);
  vi.advanceTimersByTime(60_000);
  expect(rung.length).toBe(8);
  bell.hush();
  vi.advanceTimersByTime(60_000);
  expect(rung.length).toBe(8);
  bell.arrival();
  expect(rung.length).toBe(9);
});

test('many who come at once are one ring in five seconds', () => {
  const bell = new Bell(player);
  for (let n = 0; n < 90; n++) {
    bell.arrival();
    vi.advanceTimersByTime(100);
  }
  expect(rung.length).toBe(2); // at once, and five seconds later
  expect(bell.arrivals.value).toBe(90);
});

test('without sound it is still shown; switched on, it rings for who is there', () => {
  const bell = new Bell(player);
  bell.set({ on: false });
  bell.arrival();
  vi.advanceTimersByTime(60_000);
  expect(rung).toEqual([]);
  expect(bell.ringing.value).toBe(true);
  bell.test();
  expect(rung).toEqual(['gong 0.6']);
  bell.set({ on: true, sound: 'signal', volume: 10 });
  expect(rung).toEqual(['gong 0.6', 'signal 1']);
});

test('what was chosen is remembered; what is broken is as usual', () => {
  new Bell(player).set({ sound: 'triad', volume: 3 });
  expect(new Bell(player).settings.value).toEqual({ on: true, sound: 'triad', volume: 3, notify: false });
  localStorage.setItem('schalter-bell', '{"sound":"drum","volume":99');
  expect(new Bell(player).settings.value.sound).toBe('gong');
  localStorage.setItem('schalter-bell', '{"sound":"drum","volume":99}');
  expect(new Bell(player).settings.value).toEqual({ on: true, sound: 'gong', volume: 10, notify: false });
});
