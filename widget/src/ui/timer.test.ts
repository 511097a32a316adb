import { expect, test } from 'vitest';
import { clockText } from './timer.tsx';

test('time as minutes and seconds, hours when there are some', () => {
  expect(clockText(0)).toBe('00:00');
  expect(clockText(432.9)).toBe('07:12');
  expect(clockText(3600 + 7 * 60 + 12)).toBe('1:07:12');
  expect(clockText(-3)).toBe('00:00');
});
