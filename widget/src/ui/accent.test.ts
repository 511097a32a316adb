// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { applyAccent, contrastOnWhite, safeAccent } from './accent.ts';

test('a dark town colour stays as it is', () => {
  expect(safeAccent('#7a1f2b')).toBe('#7a1f2b');
});

test('every colour of a coarse cube becomes safe', () => {
  for (let r = 0; r < 256; r += 51)
    for (let g = 0; g < 256; g += 51)
      for (let b = 0; b < 256; b += 51) {
        const hex = `#${[r, g, b].map((c) => c.toString(16).padStart(2, '0')).join('')}`;
        expect(contrastOnWhite(safeAccent(hex) ?? '')).toBeGreaterThanOrEqual(4.5);
      }
});

test('what is no colour is ignored', () => {
  expect(safeAccent('red;}')).toBeUndefined();
  const root = document.createElement('div');
  applyAccent(root, '#ffff00');
  expect(root.style.getPropertyValue('--schalter-accent')).not.toBe('');
  applyAccent(root, 'url(x)');
  expect(root.style.getPropertyValue('--schalter-accent')).toBe('');
});
