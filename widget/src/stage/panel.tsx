// A panel below the pictures: its program and its texts are loaded when it is first opened.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type de from '../locale/text.de.json';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { createTexts } from '../ui/texts.tsx';
import type { PanelTexts } from './text-panel.tsx';
import { useStageText } from './texts.ts';

export type PanelView = ComponentType<{ t: PanelTexts }>;

async function messages(lang: string): Promise<typeof de> {
  return (await (lang === 'en' ? import('../locale/text.en.json') : import('../locale/text.de.json'))).default;
}

export function Panel({ load }: { load: () => Promise<{ default: PanelView }> }) {
  const words = useStageText();
  const [state, setState] = useState<{ view?: PanelView; t?: PanelTexts; failed?: boolean }>({});
  const begin = () => {
    setState({});
    Promise.all([load(), messages(words.lang)]).then(
      ([module, texts]) => setState({ view: module.default, t: createTexts(words.lang, texts) }),
      () => setState({ failed: true }),
    );
  };
  useEffect(begin, [load, words.lang]);
  if (state.view && state.t) {
    const View = state.view;
    return <View t={state.t} />;
  }
  if (!state.failed) return <p role="status">{words('stage.loading')}</p>;
  return (
    <Alert>
      {words('stage.not_loaded')} <Button onClick={begin}>{words('stage.load_again')}</Button>
    </Alert>
  );
}
