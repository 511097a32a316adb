// The console's languages. German is complete by definition; the others have its keys (see texts.test.ts).
import de from '../locale/console.de.json';
import en from '../locale/console.en.json';
import stageDe from '../locale/stage.de.json';
import stageEn from '../locale/stage.en.json';
import { createTexts, type Overrides, type Texts, useTexts } from '../ui/texts.tsx';

export type Key = keyof typeof de;
export type Lang = 'de' | 'en';

/** The languages by the name that their speakers read. */
export const languages: Readonly<Record<Lang, string>> = { de: 'Deutsch', en: 'English' };

export function consoleTexts(lang: Lang, overrides?: Overrides): Texts<Key> {
  return createTexts<Key>(lang, lang === 'en' ? { ...stageEn, ...en } : { ...stageDe, ...de }, overrides);
}

export function useText(): Texts<Key> {
  return useTexts<Key>();
}

/** All hours and days of an authority are those of this zone (civic.Zone). */
const timeZone = 'Europe/Berlin';

/** "10:42" */
export function timeText(when: string | number | Date, lang: string): string {
  return new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(when));
}

/** "10:42", and with its weekday if that is not today: "Mo., 08:00". */
export function momentText(when: string, now: number, lang: string): string {
  const day = (d: Date) => new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone }).format(d);
  const then = new Date(when);
  if (day(then) === day(new Date(now))) return timeText(then, lang);
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone }).format(then);
  return `${weekday}, ${timeText(then, lang)}`;
}

/** The name of a language in ours; empty for none and for what is no language tag. */
export function languageName(tag: string | undefined, lang: string): string {
  if (!tag) return '';
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return '';
  }
}
