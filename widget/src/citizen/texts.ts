// The texts of this app: one language is loaded, and the authority may replace single ones.

import type de from '../locale/citizen.de.json';
import { createTexts, type Overrides, type Texts, useTexts } from '../ui/texts.tsx';

export type Key = keyof typeof de;
export type CitizenTexts = Texts<Key>;

export function useT(): CitizenTexts {
  return useTexts<Key>();
}

type Messages = Record<Key, string>;

export async function loadMessages(lang: string): Promise<Messages> {
  const english = lang.toLowerCase().startsWith('en');
  const [own, stage, errors] = await Promise.all(
    english
      ? [import('../locale/citizen.en.json'), import('../locale/stage.en.json'), import('../locale/errors.en.json')]
      : [import('../locale/citizen.de.json'), import('../locale/stage.de.json'), import('../locale/errors.de.json')],
  );
  return { ...errors.default, ...stage.default, ...own.default };
}

export function textsOf(lang: string, messages: Messages, overrides: Overrides | undefined): CitizenTexts {
  return createTexts<Key>(lang.toLowerCase().startsWith('en') ? 'en' : 'de', messages, overrides);
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
