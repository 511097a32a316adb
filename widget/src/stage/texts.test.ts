import { expect, test } from 'vitest';
import citizenDe from '../locale/citizen.de.json';
import laterDe from '../locale/citizen.later.de.json';
import consoleDe from '../locale/console.de.json';
import shareDe from '../locale/share.de.json';
import shareEn from '../locale/share.en.json';
import de from '../locale/stage.de.json';
import en from '../locale/stage.en.json';

test('both languages have the same keys and values, and no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  expect(Object.keys(shareEn)).toEqual(Object.keys(shareDe));
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();
  const german: Record<string, string> = { ...de, ...shareDe };
  for (const [key, text] of Object.entries({ ...en, ...shareEn })) {
    expect(text.trim()).not.toBe('');
    expect([key, values(text)]).toEqual([key, values(german[key] ?? '')]);
  }
});

test('no app has a key of the stage', () => {
  for (const key of [...Object.keys(citizenDe), ...Object.keys(laterDe), ...Object.keys(consoleDe)])
    expect(de).not.toHaveProperty([key]);
});
