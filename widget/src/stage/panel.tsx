// A panel below the pictures: its program and its texts are fetched when it is first opened.
import type { ComponentType } from 'preact';
import { useMemo } from 'preact/hooks';
import type de from '../locale/text.de.json';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { useLoaded } from '../ui/loaded.ts';
import { createTexts } from '../ui/texts.tsx';
import type { PanelTexts } from './text-panel.tsx';
import { useStageText } from './texts.ts';

export type PanelView = ComponentType<{ t: PanelTexts }>;

export const loadText = () => import('./text-panel.tsx');
export const loadCaptions = () => import('./captions.tsx');

export async function messages(lang: string): Promise<typeof de> {
  return (await (lang === 'en' ? import('../locale/text.en.json') : import('../locale/text.de.json'))).default;
}

export function Panel({ load }: { load: () => Promise<{ default: PanelView }> }) {
  const t = useStageText();
  const both = useMemo(() => () => Promise.all([load(), messages(t.lang)]), [load, t.lang]);
  const { part, failed, again } = useLoaded(both, true);
  const texts = useMemo(() => part && createTexts(t.lang, part[1]), [part, t.lang]);
  if (part && texts) {
    const View = part[0].default;
    return <View t={texts} />;
  }
  if (!failed) return <p role="status">{t('stage.loading')}</p>;
  return (
    <Alert>
      {t('stage.not_loaded')} <Button onClick={again}>{t('stage.load_again')}</Button>
    </Alert>
  );
}
