// The stage's texts. An app puts them among its own messages; the authority may replace single ones there.
import type de from '../locale/stage.de.json';
import { type Texts, useTexts } from '../ui/texts.tsx';

export type StageKey = keyof typeof de;
export type StageTexts = Texts<StageKey>;

export function useStageText(): StageTexts {
  return useTexts<StageKey>();
}
