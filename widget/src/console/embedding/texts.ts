// The area's languages.
import de from '../../locale/embedding.de.json';
import en from '../../locale/embedding.en.json';
import { createTexts, type Texts } from '../../ui/texts.tsx';
import type { Lang } from '../texts';

export type Key = keyof typeof de;
export type Say = Texts<Key>;

export function embeddingTexts(lang: Lang): Say {
  return createTexts<Key>(lang, lang === 'en' ? en : de);
}
