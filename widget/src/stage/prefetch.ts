// The panels and what is shown are fetched once the conversation stands: a click is quick then, and works when the line
// has just died.
import { useEffect } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import { loadShare } from './load-share.ts';
import { loadCaptions, loadText, messages } from './panel.tsx';
import { loadPanel } from './settings.tsx';
import { useStageText } from './texts.ts';

/** The first seconds of the line belong to the pictures. */
const AFTER_MS = 3_000;

/** `more`: what else the app fetches then. */
export function usePrefetch(conversation: Conversation | undefined, more?: () => Promise<unknown>): void {
  const { lang } = useStageText();
  const stands = conversation?.state.value.kind === 'connected';
  useEffect(() => {
    if (!stands) return;
    const timer = setTimeout(() => {
      // What does not come is asked for again by the click that wants it.
      const parts = [loadShare(), loadPanel(), loadText(), loadCaptions(), messages(lang), more?.()];
      void Promise.allSettled(parts);
    }, AFTER_MS);
    return () => clearTimeout(timer);
  }, [stands, lang]);
}
