// The texts of a guest's page. What it has in common with the citizen's app it says in the same words.
import type citizen from '../locale/citizen.de.json';
import type citizenLater from '../locale/citizen.later.de.json';
import type de from '../locale/guest.de.json';
import { createTexts, type Texts, useTexts } from '../ui/texts.tsx';

export type Key = keyof typeof de | keyof typeof citizen | keyof typeof citizenLater;
export type GuestTexts = Texts<Key>;

export function useT(): GuestTexts {
  return useTexts<Key>();
}

export async function loadTexts(lang: string): Promise<GuestTexts> {
  const english = lang.toLowerCase().startsWith('en');
  const parts = await Promise.all(
    english
      ? [
          import('../locale/errors.en.json'),
          import('../locale/stage.en.json'),
          import('../locale/citizen.en.json'),
          import('../locale/citizen.later.en.json'),
          import('../locale/guest.en.json'),
        ]
      : [
          import('../locale/errors.de.json'),
          import('../locale/stage.de.json'),
          import('../locale/citizen.de.json'),
          import('../locale/citizen.later.de.json'),
          import('../locale/guest.de.json'),
        ],
  );
  const messages = Object.assign({}, ...parts.map((part) => part.default)) as Record<Key, string>;
  return createTexts<Key>(english ? 'en' : 'de', messages);
}
