import type { Refusal } from '../client/api';
import type { Texts } from '../ui/texts.tsx';
import type { Key } from './texts';

/** The sentence for a refusal. One that has no sentence of its own counts as a fault of ours, with the id to report. */
export function refusalText(text: Texts<Key>, refusal: Refusal): string {
  return (
    text.maybe(`error.${refusal.key}`, { id: refusal.requestId ?? '–' }) ??
    text('error.internal', { id: refusal.requestId ?? refusal.key })
  );
}
