// The administration's texts, and with them the sentences for refusals.
import { useMemo } from 'preact/hooks';
import de from '../../locale/administration.de.json';
import en from '../../locale/administration.en.json';
import errorsDe from '../../locale/errors.de.json';
import errorsEn from '../../locale/errors.en.json';
import { createTexts, type Texts, useTexts } from '../../ui/texts.tsx';
import type { Lang } from '../texts';

export type Key = keyof typeof de | keyof typeof errorsDe;

function administrationTexts(lang: Lang): Texts<Key> {
  return createTexts<Key>(lang, lang === 'en' ? { ...errorsEn, ...en } : { ...errorsDe, ...de });
}

export const useAdministrationTexts = (lang: Lang) => useMemo(() => administrationTexts(lang), [lang]);

export function useText(): Texts<Key> {
  return useTexts<Key>();
}

/** The languages of an authority by the name that their speakers read. */
export const languageNames: Readonly<Record<string, string>> = { de: 'Deutsch', en: 'English' };

/** "Mo., 23.11.2026" */
export function dayText(day: string, lang: string): string {
  const format = { weekday: 'short', day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, format).format(new Date(`${day}T00:00:00Z`));
}

/** "Montag"; 0 is Sunday. */
export function weekdayText(weekday: number, lang: string): string {
  const sunday = Date.UTC(2026, 10, 22);
  return new Intl.DateTimeFormat(lang, { weekday: 'long', timeZone: 'UTC' }).format(sunday + weekday * 86_400_000);
}
