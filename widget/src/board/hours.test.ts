import { expect, test, vi } from 'vitest';
import type { BoardDay } from '../protocol.gen.ts';

vi.hoisted(() =>
  Object.assign(globalThis, { baked: { origin: 'https://s', board: { authority: {} } }, LATER_PATH: '' }),
);
const { today, wall, week, when } = await import('./hours.ts');
const { Words } = await import('./words.ts');

const zone = 'Europe/Berlin';
const words = new Words('de');
const days: BoardDay[] = [
  {},
  { open: '08:00–12:00, 13:30–16:00' },
  { open: '00:00–24:00' },
  {},
  { open: '08:00–12:00' },
  { closed: { de: 'Karfreitag', en: 'Good Friday' } },
  {},
];
const monday = new Date('2026-11-23T09:00:00Z');

test('today is what the server says of it', () => {
  expect(today(days, 1, words)).toBe('Heute 08:00–12:00, 13:30–16:00');
  expect(today(days, 2, words)).toBe('Heute rund um die Uhr');
  expect(today(days, 3, words)).toBe('Heute keine Sprechzeit');
  expect(today([], 3, words)).toBe('Heute keine Sprechzeit');
});

test('the coming days start today, have names, and say why one is closed', () => {
  const rows = week(days, 4, words);
  expect(rows.map((row) => row.day).join()).toBe('Donnerstag,Freitag,Samstag,Sonntag,Montag,Dienstag,Mittwoch');
  expect(rows.map((row) => row.text)).toEqual([
    '08:00–12:00',
    'geschlossen: Karfreitag',
    'geschlossen',
    'geschlossen',
    '08:00–12:00, 13:30–16:00',
    'rund um die Uhr',
    'geschlossen',
  ]);
});

test.each([
  ['2026-11-23T12:30:00Z', 'heute um 13:30 Uhr'],
  ['2026-11-24T08:00:00Z', 'morgen um 09:00 Uhr'],
  ['2026-11-28T08:00:00Z', 'am Samstag um 09:00 Uhr'],
  ['2026-12-01T08:00:00Z', 'am 1. Dezember um 09:00 Uhr'],
])('a moment as people say it: %s', (at, text) => {
  expect(when(new Date(at), monday, zone, words)).toBe(text);
});

test('the day is that of the town, not of the browser and not of UTC', () => {
  expect(wall(new Date('2026-11-22T23:30:00Z'), zone)).toEqual({ day: 20780, weekday: 1, time: '00:30' });
  const late = new Date('2026-11-22T23:30:00Z'); // Monday half past midnight in Berlin
  expect(when(new Date('2026-11-23T07:00:00Z'), late, zone, words)).toBe('heute um 08:00 Uhr');
});

test('tomorrow is the next calendar day across a change of the clock', () => {
  const eve = new Date('2026-03-28T20:00:00Z'); // 21:00; the night has 23 hours
  expect(when(new Date('2026-03-29T07:00:00Z'), eve, zone, words)).toBe('morgen um 09:00 Uhr');
});
