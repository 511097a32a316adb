/** Passing somebody on to another office: only to an open one, with a note for whoever calls there. */
import { useEffect, useState } from 'preact/hooks';
import type { BoardOffice, ClerkTicket } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Radios } from '../ui/choice.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextArea } from '../ui/field.tsx';
import { useWork } from './context.tsx';
import { momentText, useText } from './texts';

/** As many characters as the server takes. */
const longest = 500;

interface TransferProps {
  office: string;
  /** One who waits; without it the one who is served. */
  ticket?: ClerkTicket;
  onClose: () => void;
}

export function TransferDialog({ office, ticket, onClose }: TransferProps) {
  const text = useText();
  const work = useWork();
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useState('');
  const [failed, setFailed] = useState(false);
  const number = ticket?.number ?? work.current.value?.ticket.number ?? '';
  const load = () => {
    setFailed(false);
    return work.loadBoard().catch(() => setFailed(true));
  };
  useEffect(() => void load(), []);

  const others = (work.board.value?.offices ?? []).filter((o) => o.id !== office);
  const open = others.filter(isOpen);
  const to = open.find((o) => o.id === chosen) ?? open[0];
  return (
    <Dialog
      title={text('transfer.title', { number })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('transfer.cancel')}
          </Button>
          {to && <Button onClick={() => send(to)}>{text('transfer.do')}</Button>}
        </>
      }
    >
      <Alert>
        {failed && (
          <div class="with-button">
            {text('app.lost')}
            <Button kind="ghost" onClick={load}>
              {text('app.retry')}
            </Button>
          </div>
        )}
      </Alert>
      {to && <p>{text(ticket ? 'transfer.waits' : 'transfer.text')}</p>}
      {!to && !failed && <p>{text(work.board.value ? 'transfer.closed' : 'app.loading')}</p>}
      {to && (
        <>
          <Radios
            legend={text('transfer.to')}
            value={to.id}
            onChange={setChosen}
            options={open.map((o) => ({ value: o.id, text: text.of(o.name), hint: stateOf(o) }))}
          />
          <TextArea
            label={text('transfer.note')}
            hint={text('transfer.noteHint')}
            value={note}
            onInput={setNote}
            maxLength={longest}
            left={text('field.left', { n: longest - note.length })}
          />
        </>
      )}
      {others.length > open.length && (
        <>
          <h3 class="small">{text('transfer.notOpen')}</h3>
          <ul class="small muted shut">
            {others
              .filter((o) => !isOpen(o))
              .map((o) => (
                <li key={o.id}>
                  {text.of(o.name)}: {shown(o)}
                </li>
              ))}
          </ul>
        </>
      )}
    </Dialog>
  );

  function send(o: BoardOffice) {
    const words = note.trim();
    return work.transfer(office, ticket, { office: o.id, ...(words ? { note: words } : {}) }, text.of(o.name));
  }

  function stateOf(o: BoardOffice): string {
    return `${shown(o)}, ${text('desks.waiting', { n: o.waiting ?? 0 })}`;
  }

  function shown(o: BoardOffice): string {
    const time = o.until ? momentText(o.until, work.client.clock.peek(), text.lang) : '';
    return text.maybe(`shown.${o.text}`, { time, holiday: text.of(o.holiday) }) ?? o.text;
  }
}

function isOpen(o: BoardOffice): boolean {
  return ['open', 'busy', 'paused'].includes(o.status);
}
