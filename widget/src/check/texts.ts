// The languages of the device check, which both apps load when it is opened.
import de from '../locale/check.de.json';
import en from '../locale/check.en.json';
import { createTexts, type Texts } from '../ui/texts.tsx';

export type Key = keyof typeof de;
export type Say = Texts<Key>;

const english = (): Say => createTexts<Key>('en', en);
const german = (): Say => createTexts<Key>('de', de);

export function checkTexts(lang: string): Say {
  return lang.startsWith('en') ? english() : german();
}
