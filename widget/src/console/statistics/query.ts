// Which figures are asked for: spans of days in the zone of all hours, and the addresses of the answers.
import type { Statistics } from '../../client/protocol';

export type By = NonNullable<Statistics['by']>;
export type Preset = 'today' | 'week' | 'month' | 'year' | 'own';

export interface Query {
  preset: Preset;
  from: string; // "2026-11-23"
  to: string;
  office: string; // empty: all
  by: By;
}

export const presets: readonly Preset[] = ['today', 'week', 'month', 'year', 'own'];
const finest: Readonly<Record<Preset, By>> = {
  today: 'hour',
  week: 'weekday',
  month: 'day',
  year: 'month',
  own: 'office',
};

const day = 86_400_000;
const utc = (text: string) => Date.parse(`${text}T00:00:00Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The day that a clock shows in the offices' zone. */
export function dayOf(ms: number): string {
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: 'Europe/Berlin' }).format(ms);
}

/** The span of that kind that holds the day: weeks begin on Monday. */
export function spanOf(preset: Preset, today: string): { from: string; to: string } {
  const at = new Date(utc(today));
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  switch (preset) {
    case 'week': {
      const monday = utc(today) - ((at.getUTCDay() + 6) % 7) * day;
      return { from: text(monday), to: text(monday + 6 * day) };
    }
    case 'month':
      return { from: text(Date.UTC(year, month, 1)), to: text(Date.UTC(year, month + 1, 0)) };
    case 'year':
      return { from: `${year}-01-01`, to: `${year}-12-31` };
    default:
      return { from: today, to: today };
  }
}

/** Another kind of span: around the same days, with the breakdown that suits it. An own one begins as what was shown. */
export function withPreset(q: Query, preset: Preset, today: string): Query {
  if (preset === 'own') return { ...q, preset };
  return { ...q, preset, ...spanOf(preset, today), by: finest[preset] };
}

/** The span before or after. */
export function moved(q: Query, by: 1 | -1): Query {
  const next = by > 0 ? utc(q.to) + day : utc(q.from) - day;
  return { ...q, ...spanOf(q.preset, text(next)) };
}

export function first(today: string): Query {
  return withPreset({ preset: 'own', from: today, to: today, office: '', by: '' }, 'week', today);
}

/** Both days are there, and in their order. */
export function asks(q: Query): boolean {
  return utc(q.to) >= utc(q.from);
}

export function address(q: Query, file?: string): string {
  const p = new URLSearchParams({ from: q.from, to: q.to });
  if (q.office) p.set('office', q.office);
  if (q.by) p.set('by', q.by);
  if (file) p.set('lang', file);
  return `/api/v1/console/statistics${file ? '.csv' : ''}?${p}`;
}
