// Spans, words and sentences of the statistics.
import { expect, test } from 'vitest';
import de from '../../locale/statistics.de.json';
import en from '../../locale/statistics.en.json';
import { address, asks, dayOf, first, moved, spanOf, withPreset } from './query';
import { countText, durationText, rowText, wordsOf } from './texts';
import { sentence } from './year.tsx';

const words = wordsOf('de');

test('every language has the same keys, fills the same values, and has no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();
  for (const [key, text] of Object.entries(de)) {
    const other = (en as Record<string, string>)[key] ?? '';
    expect([key, values(other)]).toEqual([key, values(text)]);
    expect([text.trim(), other.trim()]).not.toContain('');
  }
});

test('spans are whole weeks, months and years of the zone of all hours', () => {
  expect(dayOf(Date.parse('2026-11-22T23:30:00Z'))).toBe('2026-11-23');
  expect(spanOf('week', '2026-11-22')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
  expect(spanOf('week', '2026-11-23')).toEqual({ from: '2026-11-23', to: '2026-11-29' });
  expect(spanOf('month', '2024-02-10')).toEqual({ from: '2024-02-01', to: '2024-02-29' });
  expect(spanOf('year', '2026-11-22')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
});

test('earlier and later move by the span; an own one begins as what was shown', () => {
  const week = first('2026-11-22');
  expect(week).toMatchObject({ preset: 'week', from: '2026-11-16', by: 'weekday' });
  expect(moved(week, -1)).toMatchObject({ from: '2026-11-09', to: '2026-11-15' });
  const month = withPreset(week, 'month', '2026-01-31');
  expect(moved(month, 1)).toMatchObject({ from: '2026-02-01', to: '2026-02-28' });
  const own = withPreset(month, 'own', '2026-11-22');
  expect(own).toEqual({ ...month, preset: 'own' });
  expect(asks({ ...own, to: '2025-01-01' })).toBe(false);
  expect(asks({ ...own, to: '' })).toBe(false);
});

test('addresses ask for what is chosen', () => {
  const q = { ...first('2026-11-22'), office: 'a b' };
  expect(address(q)).toBe('/api/v1/console/statistics?from=2026-11-16&to=2026-11-22&office=a+b&by=weekday');
  expect(address({ ...q, office: '', by: '' }, 'de')).toBe(
    '/api/v1/console/statistics.csv?from=2026-11-16&to=2026-11-22&lang=de',
  );
});

test('rows, counts and times are said as people say them', () => {
  expect(rowText({ key: '9' }, 'hour', words)).toBe('9–10 Uhr');
  expect([1, 0].map((key) => rowText({ key: `${key}` }, 'weekday', words))).toEqual(['Montag', 'Sonntag']);
  expect(rowText({ key: '2026-11-23' }, 'day', words)).toMatch(/^Mo.*23\.11/);
  expect(rowText({}, 'topic', words)).toBe('ohne Anliegen');
  expect(rowText({ key: 'x', name: { de: 'Amt' } }, 'office', words)).toBe('Amt');
  expect(countText({ n: 1148 }, words)).toBe('1.148');
  expect(countText({ hidden: 'few' }, words)).toBe('<5');
  expect(countText({ hidden: 'guarded' }, words)).toBe('verborgen');
  expect(countText(undefined, words)).toBe('–');
  expect(durationText(508, words)).toBe('8:28');
});

test('the sentence for the press has the year’s four figures', () => {
  const f = { year: 2026, participants: { n: 1148 }, visits: { n: 656 }, minutes_open: 29398, contact_persons: 28 };
  expect(sentence(f, '2027-01-01', words)).toBe(
    'Im Jahr 2026 nahmen 1.148 Personen an 656 Gesprächen teil; die Schalter waren 29.398 Minuten geöffnet; 28 Ansprechpersonen.',
  );
  expect(sentence(f, '2026-12-31', words)).toMatch(/28 Ansprechpersonen\. \(Stand: 31\.12\.2026\)$/);
  expect(sentence({ ...f, visits: { hidden: 'few' } }, '2027-01-01', words)).toBeUndefined();
});
