// The texts of what is fetched when something is shown, beside the stage's own.
import type { Values } from '../locale/format.ts';
import de from '../locale/share.de.json';
import en from '../locale/share.en.json';
import { createTexts, type Texts } from '../ui/texts.tsx';
import { type StageKey, useStageText } from './texts.ts';

type ShareKey = keyof typeof de;
export type ShareTexts = Texts<ShareKey | StageKey>;

const german = createTexts<ShareKey>('de', de);
const english = createTexts<ShareKey>('en', en);

export function useShareText(): ShareTexts {
  const stage = useStageText();
  const { maybe } = stage.lang === 'en' ? english : german;
  const t = (key: ShareKey | StageKey, values?: Values) => maybe(key, values) ?? stage(key as StageKey, values);
  return Object.assign(t, { lang: stage.lang, maybe: stage.maybe, of: stage.of });
}
