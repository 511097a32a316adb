// The ticket moves to the phone: a QR code and its address, good once and for ten minutes.
import { useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api.ts';
import type { CitizenTicket, MoveCode } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { CalledHint } from './called.tsx';
import { useApp } from './context.ts';
import { Part } from './part.tsx';
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
    await Promise.all([fetchCode(), app.later.want()]);
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
          <Part>{(parts) => <parts.Move move={move} refusal={refusal} fetchCode={fetchCode} />}</Part>
        </Dialog>
      )}
    </>
  );
}
