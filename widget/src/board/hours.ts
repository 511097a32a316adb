// Opening hours and moments as text. Times are those of the office's zone, whatever the browser's is.

import type { Interval } from '../protocol.gen.ts';
import type { Words } from './words.ts';

interface Wall {
  /** Days since 1970 of the local date. */
  day: number;
  /** 0 is Sunday. */
  weekday: number;
  /** "09:00" */
  time: string;
}

/** What calendar and clock on the wall show in a zone. */
export function wall(at: Date, zone: string): Wall {
  const two = '2-digit';
  const [d, m, y, hour, minute] = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    hourCycle: 'h23',
  })
    .format(at)
    .split(/\D+/);
  const day = Date.UTC(Number(y), Number(m) - 1, Number(d)) / 864e5;
  return { day, weekday: (day + 4) % 7, time: `${hour}:${minute}` };
}

/** The openings of one weekday: "08:00–12:00, 13:30–16:00"; empty on a day without. */
export function spans(hours: Interval[], weekday: number, words: Words): string {
  return hours
    .filter((interval) => interval.weekday === weekday)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ from, to }) => (from === '00:00' && to === '24:00' ? words.say('hours.always') : `${from}–${to}`))
    .join(', ');
}

/** "Heute 08:00–12:00", or that there is none. */
export function today(hours: Interval[], now: Date, zone: string, words: Words): string {
  const text = spans(hours, wall(now, zone).weekday, words);
  return text ? words.say('hours.today', { hours: text }) : words.say('hours.today_none');
}

/** Monday to Sunday, with names and openings. */
export function week(hours: Interval[], words: Words): { day: string; text: string }[] {
  return [1, 2, 3, 4, 5, 6, 0].map((weekday) => ({
    day: weekdayName(weekday, words.lang),
    text: spans(hours, weekday, words) || words.say('hours.none'),
  }));
}

/** A coming moment as people say it: "morgen um 09:00 Uhr". */
export function when(at: Date, now: Date, zone: string, words: Words): string {
  const then = wall(at, zone);
  const days = then.day - wall(now, zone).day;
  const { time } = then;
  if (days <= 0) return words.say('when.today', { time });
  if (days === 1) return words.say('when.tomorrow', { time });
  if (days < 7) return words.say('when.weekday', { time, weekday: weekdayName(then.weekday, words.lang) });
  const date = new Intl.DateTimeFormat(words.lang === 'en' ? 'en-GB' : words.lang, {
    timeZone: zone,
    day: 'numeric',
    month: 'long',
  }).format(at);
  return words.say('when.date', { time, date });
}

function weekdayName(weekday: number, lang: string): string {
  const sunday = Date.UTC(2023, 0, 1);
  return new Intl.DateTimeFormat(lang, { timeZone: 'UTC', weekday: 'long' }).format(sunday + weekday * 864e5);
}
