// Giving the place up: asks first, for it can't be undone.
import { useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CalledHint } from './called.tsx';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

export function Leaving({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const [asked, setAsked] = useState(false);
  const keep = () => setAsked(false);
  return (
    <>
      <Button kind="ghost" icon="leave" onClick={() => setAsked(true)}>
        {t('action.leave')}
      </Button>
      {asked && (
        <Dialog
          title={t('leave.title')}
          onClose={keep}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={keep}>
                {t('action.keep')}
              </Button>
              <Button
                kind="danger"
                onClick={async () => {
                  await app.attempt(() => app.ticket.leave());
                  keep();
                }}
              >
                {t('action.leave')}
              </Button>
            </>
          }
        >
          <CalledHint ticket={ticket} />
          <p>{t('leave.text', { number: ticket.number })}</p>
        </Dialog>
      )}
    </>
  );
}
