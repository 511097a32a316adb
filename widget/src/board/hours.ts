// Opening hours and moments as text. Times are those of the office's zone, whatever the browser's is. The server says when
// the office really opens on the coming days, holidays and closures included: nothing is computed here.

import type { BoardDay } from '../protocol.gen.ts';
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

/** "Heute 08:00–12:00, 13:30–16:00", or that there is none. */
export function today(days: BoardDay[], weekday: number, words: Words): string {
  const hours = spans(days[weekday], words);
  return words.say(hours ? 'hours.today' : 'hours.today_none', { hours });
}

/** The coming seven days from today on, with names and openings, or why there are none. */
export function week(days: BoardDay[], weekday: number, words: Words): { day: string; text: string }[] {
  return days.map((_, i) => {
    const n = (weekday + i) % 7;
    const none = [words.say('hours.none'), words.pick(days[n]?.closed)].filter(Boolean).join(': ');
    return { day: weekdayName(n, words.lang), text: spans(days[n], words) || none };
  });
}

function spans(day: BoardDay | undefined, words: Words): string {
  return day?.open === '00:00–24:00' ? words.say('hours.always') : (day?.open ?? '');
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
