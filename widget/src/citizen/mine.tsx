// What is kept of the citizen: to be taken along, and to be deleted at once, without an account (GDPR Art. 15, 17, 20).
import { useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CalledHint } from './called.tsx';
import { useSentence } from './card.tsx';
import { useApp } from './context.ts';
import { isOver } from './screen.ts';
import { useT } from './texts.ts';

export function MineForm({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const [asked, setAsked] = useState(false);
  const [saved, setSaved] = useState('');
  const [refusal, setRefusal] = useState<Refusal>();
  const sentence = useSentence();

  const attempt = async (act: () => Promise<void>) => {
    setRefusal(undefined);
    try {
      await act();
    } catch (error) {
      setRefusal(refusalOf(error));
    }
  };
  const download = () =>
    attempt(async () => {
      const name = `${t('mine.file')}-${ticket.number.replace(/\W+/g, '-')}.json`;
      save(name, JSON.stringify(await app.ticket.export(), null, 2));
      setSaved(name);
    });
  const keep = () => setAsked(false);
  return (
    <>
      <div class="stack">
        <p class="small">{t('mine.text')}</p>
        <div class="actions">
          <Button kind="ghost" onClick={download}>
            {t('mine.download')}
          </Button>
          <Button kind="ghost" onClick={() => setAsked(true)}>
            {t('mine.delete')}
          </Button>
        </div>
        <Alert>{refusal ? sentence(refusal) : null}</Alert>
        <div role="status">{saved !== '' && <p class="small muted">{t('mine.saved', { name: saved })}</p>}</div>
      </div>
      {asked && (
        <Dialog
          title={t('mine.ask')}
          onClose={keep}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={keep}>
                {t('mine.keep')}
              </Button>
              <Button
                kind="danger"
                onClick={async () => {
                  await attempt(() => app.erase());
                  keep();
                }}
              >
                {t('mine.delete')}
              </Button>
            </>
          }
        >
          <CalledHint ticket={ticket} />
          <p>{t(isOver(ticket) ? 'mine.ask_over' : 'mine.ask_open', { number: ticket.number })}</p>
        </Dialog>
      )}
    </>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
