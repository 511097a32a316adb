import { expect, test } from 'vitest';
import de from '../locale/console.de.json';
import en from '../locale/console.en.json';
import { languageName, momentText } from './texts';

test('every language has the same keys, and no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  for (const text of [...Object.values(de), ...Object.values(en)]) expect(text.trim()).not.toBe('');
});

test('every language fills the same values', () => {
  const values = (text: string) =>
    [...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]).filter((v, i, all) => all.indexOf(v) === i);
  const german: Record<string, string> = de;
  for (const [key, text] of Object.entries(en))
    expect([key, values(text).sort()]).toEqual([key, values(german[key] ?? '').sort()]);
});

test('times are those of the office, with the weekday if it is another day', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  expect(momentText('2026-11-21T12:30:00Z', now, 'de')).toBe('13:30');
  expect(momentText('2026-11-23T07:00:00Z', now, 'de')).toMatch(/^Mo.*08:00$/);
});

test('a language is named in ours; what is no language tag has no name', () => {
  expect(languageName('tr', 'de')).toBe('Türkisch');
  expect(languageName('', 'de')).toBe('');
  expect(languageName('!', 'de')).toBe('');
});
