// The state of the conversation in words, shown over the pictures and said once.
import { useEffect, useState } from 'preact/hooks';
import type { Other } from '../media/conversation.ts';
import { nameOf, useStage } from './context.ts';
import { type StageTexts, useStageText } from './texts.ts';

/** Empty while all is well. */
export function wordsOf(state: string | undefined, others: readonly Other[], awaited: string, t: StageTexts): string {
  if (state === 'reconnecting') return t('stage.reconnecting');
  if (state !== 'connected') return t('stage.connecting');
  const away = others.find((other) => !other.participant.here);
  if (away) return t('stage.away', { name: nameOf(away.participant, awaited, t) });
  if (others.length > 0) return '';
  return awaited ? t('stage.waiting', { name: awaited }) : t('stage.waiting_nobody');
}

/** The words of the present state; each change of them is said. */
export function useWords(): string {
  const t = useStageText();
  const { conversation, awaited, say } = useStage();
  const [met, setMet] = useState(false);
  const others = conversation?.others.value ?? [];
  const words = wordsOf(conversation?.state.value.kind, others, awaited, t);
  const first = words === '' ? others[0]?.participant : undefined;
  const here = first !== undefined;
  useEffect(() => {
    if (words) say(words);
    else if (first) {
      say(met ? t('stage.again') : t('stage.begun', { name: nameOf(first, awaited, t) }));
      setMet(true);
    }
  }, [words, here]);
  return words;
}
