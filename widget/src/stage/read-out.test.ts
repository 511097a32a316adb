import { expect, test } from 'vitest';
import type { Line } from '../media/t140.ts';
import { news, REST_MS } from './read-out.ts';

const line = (id: number, text: string, changed: number, end?: 'line'): Line => ({
  id,
  participant: 'clerk',
  text,
  at: 0,
  changed,
  ...(end ? { end } : {}),
});
const name = () => 'Frau Huber';

test('lines are read out when they end or rest, once, never letter by letter, and never the own ones', () => {
  const said = new Map<number, string>();
  expect(news([line(1, 'Gut', 0)], said, 100, name)).toBe('');
  expect(news([line(1, 'Guten Tag', 200, 'line'), line(2, 'Wie', 300)], said, 400, name)).toBe('Frau Huber: Guten Tag');
  expect(news([line(1, 'Guten Tag', 200, 'line'), line(2, 'Wie geht', 300)], said, 500, name)).toBe('');
  expect(news([line(2, 'Wie geht', 300)], said, 300 + REST_MS, name)).toBe('Frau Huber: Wie geht');
  expect(news([line(2, 'Wie geht es?', 5_000, 'line')], said, 5_000, name)).toBe('Frau Huber: es?');
  expect(news([line(2, 'Wie war es?', 6_000, 'line')], said, 6_000, name)).toBe('Frau Huber: Wie war es?');
  expect(news([{ ...line(3, 'Ich', 0, 'line'), participant: '' }], said, 99_999, name)).toBe('');
});
