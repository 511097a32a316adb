// The ticket moves to the phone: a QR code and its address, good once and for ten minutes.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api.ts';
import type { CitizenTicket, MoveCode } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Timer } from '../ui/timer.tsx';
import { CalledHint } from './called.tsx';
import { useSentence } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { useT } from './texts.ts';

/** `short`: where there is little room. */
export function Phone({ ticket, short }: { ticket: CitizenTicket; short?: boolean }) {
  const t = useT();
  const app = useApp();
  const [move, setMove] = useState<MoveCode>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [open, setOpen] = useState(false);

  const fetchCode = async () => {
    setRefusal(undefined);
    try {
      setMove(await app.ticket.moveCode());
    } catch (error) {
      setMove(undefined);
      setRefusal(refusalOf(error));
    }
  };
  const start = async () => {
    await fetchCode();
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setMove(undefined);
  };
  return (
    <>
      <Button kind="ghost" icon="phone" onClick={start}>
        {t(short ? 'phone.short' : 'phone.get')}
      </Button>
      {open && (
        <Dialog
          title={t('phone.get')}
          onClose={close}
          actions={
            <Button kind="ghost" onClick={close}>
              {t('action.close')}
            </Button>
          }
        >
          <CalledHint ticket={ticket} />
          <Move move={move} refusal={refusal} fetchCode={fetchCode} />
        </Dialog>
      )}
    </>
  );
}

interface MoveProps {
  move: MoveCode | undefined;
  refusal: Refusal | undefined;
  fetchCode: () => Promise<void>;
}

function Move({ move, refusal, fetchCode }: MoveProps) {
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
