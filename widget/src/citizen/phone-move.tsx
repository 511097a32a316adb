// The code and the address by which the ticket moves, and what to do with them.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Refusal } from '../client/api.ts';
import type { MoveCode } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Timer } from '../ui/timer.tsx';
import { useSentence } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { useT } from './texts.ts';

interface MoveProps {
  move: MoveCode | undefined;
  refusal: Refusal | undefined;
  fetchCode: () => Promise<void>;
}

export function Move({ move, refusal, fetchCode }: MoveProps) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const sentence = useSentence();
  const left = move ? (Date.parse(move.until) - now) / 1000 : 0;
  const good = move !== undefined && left > 0;
  const code = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that has brought it is gone, and the focus with it.
    if (good && document.activeElement === document.body) code.current?.focus();
  }, [good]);
  return (
    <div class="stack">
      {good ? (
        // biome-ignore lint/a11y/useSemanticElements: no fields, so no fieldset; it has the focus first, for it stands first
        <div ref={code} class="move" role="group" aria-label={t('phone.how')} tabIndex={-1} data-autofocus="">
          <svg class="qr" viewBox={`0 0 ${move.qr.size} ${move.qr.size}`} role="img" aria-label={t('phone.qr')}>
            <path d={move.qr.path} />
          </svg>
          <div class="stack">
            <ol class="steps">
              <li>{t('phone.step_scan')}</li>
              <li>{t('phone.step_open')}</li>
              <li>{t('phone.step_done')}</li>
            </ol>
            <p>
              {t('phone.valid')} <Timer seconds={left} label={t('phone.valid')} />
            </p>
          </div>
        </div>
      ) : (
        <>
          <Alert kind="notice">{refusal ? sentence(refusal) : t('phone.expired')}</Alert>
          <div class="actions">
            <Button onClick={fetchCode}>{t('phone.again')}</Button>
          </div>
        </>
      )}
      {good && <Address url={move.url} />}
      <p class="small muted">{t('phone.once')}</p>
    </div>
  );
}

function Address({ url }: { url: string }) {
  const t = useT();
  const text = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<boolean>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied(true);
    } catch {
      getSelection()?.selectAllChildren(text.current as Node); // one key more, and it is copied
      setCopied(false);
    }
  };
  return (
    <div class="stack tight">
      <p>{t('phone.address')}</p>
      <code ref={text} class="address">
        {url}
      </code>
      <div class="actions">
        <Button kind="ghost" onClick={copy}>
          {t('phone.copy')}
        </Button>
      </div>
      <div role="status">
        {copied !== undefined && <p class="small muted">{t(copied ? 'phone.copied' : 'phone.copy_failed')}</p>}
      </div>
    </div>
  );
}
