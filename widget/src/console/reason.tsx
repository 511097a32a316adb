/** Calling out of turn: the others wait longer for it, so it is said why. */
import { useState } from 'preact/hooks';
import type { CallReason, ClerkTicket } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { Radios } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useWork } from './context.tsx';
import { useText } from './texts';

const reasons: readonly CallReason[] = ['agreed', 'urgent', 'person', 'technical'];

export function ReasonDialog(p: { office: string; ticket: ClerkTicket; onClose: () => void }) {
  const text = useText();
  const work = useWork();
  const [reason, setReason] = useState<CallReason>('agreed');
  const { number } = p.ticket;
  return (
    <Dialog
      title={text('reasons.title', { number })}
      onClose={p.onClose}
      actions={
        <>
          <Button kind="ghost" onClick={p.onClose}>
            {text('reasons.cancel')}
          </Button>
          <Button onClick={() => work.call(p.office, p.ticket, reason)}>{text('reasons.do')}</Button>
        </>
      }
    >
      <p>{text('reasons.text')}</p>
      <Radios
        legend={text('reasons.why')}
        value={reason}
        onChange={(value) => setReason(value as CallReason)}
        options={reasons.map((value) => ({ value, text: text(`reasons.${value}`) }))}
      />
    </Dialog>
  );
}
