// The way to the switch, tried by the real thing and said in one sentence.
import { useState } from 'preact/hooks';
import { type Ask, type Probing, probe, type Tried } from '../media/probe.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import type { Say } from './texts.ts';

type State = { kind: 'untried' } | { kind: 'trying' } | { kind: 'failed' } | { kind: 'done'; result: Probing };

export function Line({ ask, t }: { ask: Ask; t: Say }) {
  const [state, setState] = useState<State>({ kind: 'untried' });
  const start = async () => {
    setState({ kind: 'trying' });
    try {
      setState({ kind: 'done', result: await probe(ask) });
    } catch {
      setState({ kind: 'failed' });
    }
  };
  return (
    <>
      <div class="actions">
        <Button kind="ghost" icon="forward" onClick={start}>
          {t(state.kind === 'untried' || state.kind === 'trying' ? 'line.test' : 'line.again')}
        </Button>
      </div>
      <div role="status">
        {state.kind === 'trying' && <p class="small muted">{t('line.testing')}</p>}
        {state.kind === 'failed' && <p class="small">{t('line.failed')}</p>}
        {state.kind === 'done' && (
          <p class={`small verdict ${state.result.verdict}`}>
            <Icon name={state.result.verdict === 'good' ? 'check' : 'warning'} />
            <span>{t(`line.${state.result.verdict}`)}</span>
          </p>
        )}
      </div>
      {state.kind === 'done' && (
        <details class="small">
          <summary>{t('line.details')}</summary>
          <ul>
            {state.result.tried.map((tried) => (
              <li key={tried.way}>
                {t(`line.way.${tried.way}`)}: {wordOf(tried, t)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function wordOf(tried: Tried, t: Say): string {
  if (!tried.ok) return t('line.shut');
  return tried.rtt === undefined ? t('line.open_unknown') : t('line.open', { ms: tried.rtt });
}
