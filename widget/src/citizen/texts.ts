// The texts of this app: one language is loaded, and the authority may replace single ones.

import type de from '../locale/citizen.de.json';
import type laterDe from '../locale/citizen.later.de.json';
import { createTexts, type Overrides, type Texts, useTexts } from '../ui/texts.tsx';

/** Those of citizen.later.*.json are known to the parts that are fetched later, and to nothing before. */
export type Key = keyof typeof de | keyof typeof laterDe;
export type CitizenTexts = Texts<Key>;

export function useT(): CitizenTexts {
  return useTexts<Key>();
}

type Messages = Readonly<Record<string, string>>;

export async function loadMessages(lang: string): Promise<Messages> {
  const english = languageOf(lang) === 'en';
  const [own, stage] = await Promise.all(
    english
      ? [import('../locale/citizen.en.json'), import('../locale/stage.en.json')]
      : [import('../locale/citizen.de.json'), import('../locale/stage.de.json')],
  );
  return { ...stage.default, ...own.default };
}

export function languageOf(lang: string): 'de' | 'en' {
  return lang.toLowerCase().startsWith('en') ? 'en' : 'de';
}

export function textsOf(lang: string, messages: Messages, overrides: Overrides | undefined): CitizenTexts {
  return createTexts<Key>(languageOf(lang), messages as Record<Key, string>, overrides);
}

/** "09:42", in the authority's time zone. */
export function clockTime(instant: string | undefined, lang: string, zone: string | undefined): string {
  if (!instant) return '';
  const how: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', timeZone: zone ?? 'Europe/Berlin' };
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, how).format(new Date(instant));
}

/** "Montag, 23. November" */
export function dayName(instant: string, lang: string, zone: string | undefined): string {
  const how: Intl.DateTimeFormatOptions = {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: zone ?? 'Europe/Berlin',
  };
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, how).format(new Date(instant));
}
