import { expect, test } from 'vitest';
import { onWhite, readable } from './contrast.ts';

const channels = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

test('black on white is 21:1, a colour that holds stays as it is', () => {
  expect(onWhite([0, 0, 0])).toBeCloseTo(21);
  expect(readable('#0b4f6c')).toBe('#0b4f6c');
  expect(readable('#7A1F2B')).toBe('#7a1f2b');
});

test.each(['#ffffff', '#ffd166', '#2e9e5b', '#ff0000', '#00ffff', '#777777'])(
  '%s is darkened until it holds, no more',
  (accent) => {
    const ratio = onWhite(channels(readable(accent)));
    expect(ratio).toBeGreaterThanOrEqual(4.5);
    expect(ratio).toBeLessThan(4.75);
  },
);

test.each([undefined, '', 'red', '#fff', 'url(x)', '#12345g'])('%s is no colour of ours: the default', (accent) => {
  expect(readable(accent)).toBe('#0b4f6c');
});

test('whatever the town’s colour is, it holds 4.5:1', () => {
  for (let r = 0; r < 256; r += 15)
    for (let g = 0; g < 256; g += 15)
      for (let b = 0; b < 256; b += 15) {
        const hex = `#${[r, g, b].map((c) => c.toString(16).padStart(2, '0')).join('')}`;
        expect(onWhite(channels(readable(hex)))).toBeGreaterThanOrEqual(4.5);
      }
});
