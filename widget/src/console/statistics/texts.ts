// The texts of the statistics, and how they say numbers, times and rows.
import type { Count, Spread, StatisticsRow } from '../../client/protocol';
import errorsDe from '../../locale/errors.de.json';
import errorsEn from '../../locale/errors.en.json';
import de from '../../locale/statistics.de.json';
import en from '../../locale/statistics.en.json';
import { createTexts, type Texts } from '../../ui/texts.tsx';
import type { Lang } from '../texts';
import type { By } from './query';

export type Key = keyof typeof de;
export type Words = Texts<Key>;

export function wordsOf(lang: Lang): Words {
  const messages = lang === 'en' ? { ...errorsEn, ...en } : { ...errorsDe, ...de };
  return createTexts<Key>(lang, messages);
}

export function numberText(n: number, lang: string): string {
  return new Intl.NumberFormat(lang).format(n);
}

/** A count, or why there is none. */
export function countText(c: Count | undefined, words: Words): string {
  if (c?.n !== undefined) return numberText(c.n, words.lang);
  return words(c?.hidden === 'few' ? 'hidden.few' : c?.hidden ? 'hidden.guarded' : 'hidden.unknown');
}

/** "8:28", minutes and seconds. */
export function durationText(seconds: number | undefined, words: Words): string {
  if (seconds === undefined) return words('hidden.unknown');
  return `${numberText(Math.floor(seconds / 60), words.lang)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function spreadTexts(s: Spread | undefined, words: Words): string[] {
  return [s?.median, s?.mean, s?.p90].map((seconds) => durationText(seconds, words));
}

export function shareText(share: number | undefined, lang: string): string {
  const how = { style: 'percent', maximumFractionDigits: 1 } as const;
  return share === undefined ? '' : new Intl.NumberFormat(lang, how).format(share);
}

export function dateText(day: string, lang: string): string {
  const how = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, how).format(Date.parse(day));
}

/** What a row stands for. */
export function rowText(row: StatisticsRow, by: By, words: Words): string {
  const key = row.key ?? '';
  const say = (how: Intl.DateTimeFormatOptions, ms: number) =>
    new Intl.DateTimeFormat(words.lang === 'en' ? 'en-GB' : words.lang, { ...how, timeZone: 'UTC' }).format(ms);
  switch (by) {
    case 'hour':
      return words('row.hour', { from: key, to: Number(key) + 1 });
    case 'weekday':
      return say({ weekday: 'long' }, Date.UTC(2023, 0, 1 + Number(key))); // a Sunday, and what follows
    case 'day':
      return say({ weekday: 'short', day: '2-digit', month: '2-digit' }, Date.parse(key));
    case 'month':
      return say({ month: 'short', year: 'numeric' }, Date.parse(`${key}-01`));
    default:
      return words.of(row.name) || words(by === 'topic' ? 'row.noTopic' : 'row.noName');
  }
}
