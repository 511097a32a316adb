import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import de from './citizen.de.json';
import en from './citizen.en.json';
import laterDe from './citizen.later.de.json';
import laterEn from './citizen.later.en.json';
import errorsDe from './errors.de.json';
import errorsEn from './errors.en.json';
import { format } from './format.ts';

const keys = (messages: object) => Object.keys(messages).sort();
const names = (pattern: string) =>
  [...pattern.matchAll(/\{(\w+)/g)].map((m) => m[1]).filter((n) => !/^\d/.test(n ?? ''));

test('both languages have the same keys', () => {
  expect(keys(en)).toEqual(keys(de));
  expect(keys(laterEn)).toEqual(keys(laterDe));
  expect(keys(errorsEn)).toEqual(keys(errorsDe));
});

test('every refusal of the server has a sentence', () => {
  const go = readFileSync(new URL('../../../server/civic/error.go', import.meta.url), 'utf8');
  const known = [...go.matchAll(/^\tKey\w+\s*=\s*"(\w+)"/gm)].map((m) => `error.${m[1]}`);
  expect(known.length).toBeGreaterThan(30);
  for (const key of known) expect(errorsDe).toHaveProperty([key]);
  expect(keys(errorsDe).filter((key) => !known.includes(key))).toEqual(['error.offline']);
});

test('translations use the same values, and every sentence ends as one', () => {
  for (const [de1, en1] of [
    [de, en],
    [laterDe, laterEn],
    [errorsDe, errorsEn],
  ] as Array<[Record<string, string>, Record<string, string>]>) {
    for (const key of keys(de1)) {
      const simple = (p: string) => [...new Set(names(p.replace(/plural,.*$/s, '')))].sort();
      expect([key, simple(en1[key] ?? '')]).toEqual([key, simple(de1[key] ?? '')]);
    }
  }
  for (const sentence of [...Object.values(errorsDe), ...Object.values(errorsEn)]) expect(sentence).toMatch(/\.$/);
});

test('what is said without a line is at hand in the same words; nothing else is there twice', () => {
  expect(de['error.offline']).toBe(errorsDe['error.offline']);
  expect(en['error.offline']).toBe(errorsEn['error.offline']);
  const twice = keys(de).filter((key) => key in laterDe || key in errorsDe);
  expect(twice).toEqual(['error.offline']);
  expect(keys(laterDe).filter((key) => key in errorsDe)).toEqual([]);
});

test('people ahead, in words', () => {
  expect(format(de['wait.ahead'], 'de', { n: 0 })).toBe('Sie sind als Nächstes dran.');
  expect(format(de['wait.ahead'], 'de', { n: 1 })).toBe('Vor Ihnen ist noch 1 Person.');
  expect(format(en['wait.ahead'], 'en', { n: 3 })).toBe('3 people are ahead of you.');
});
