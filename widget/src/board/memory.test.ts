// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.hoisted(() =>
  Object.assign(globalThis, { baked: { origin: 'https://s', board: { authority: { slug: 'town' } } }, LATER_PATH: '' }),
);
const { remember, remembered } = await import('./memory.ts');

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

test('stores that a ticket exists and the one-time code, one entry, and forgets both', () => {
  expect(remembered()).toBeUndefined();
  expect(remember({ exists: true, resume: 'code' })).toBe(true);
  expect(remembered()?.resume).toBe('code');
  expect(localStorage).toHaveLength(1);
  remember({ exists: false });
  expect(localStorage).toHaveLength(0);
  expect(remembered()).toBeUndefined();
});

test('a mark older than a ticket can be is void', () => {
  remember({ exists: true }, 1000);
  expect(remembered(1000 + 864e5 - 1)).toBeDefined();
  expect(remembered(1000 + 864e5)).toBeUndefined();
});

test('a browser that stores nothing: this page load knows it all the same', () => {
  const blocked = () => {
    throw new DOMException('', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: blocked, setItem: blocked, removeItem: blocked });
  expect(remember({ exists: true })).toBe(false);
  expect(remembered()).toBeDefined();
});

test('what others wrote under our key does no harm', () => {
  remember({ exists: false });
  localStorage.setItem('schalter:town', 'null');
  expect(remembered()).toBeUndefined();
  localStorage.setItem('schalter:town', '{"x"');
  expect(remembered()).toBeUndefined();
});
