// The last screens: every end has its own page and a next step.
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Card, Refused } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { Contact } from './links.tsx';
import { clockTime, dayName, useT } from './texts.ts';

function Done() {
  const t = useT();
  const app = useApp();
  return <Button onClick={() => app.done()}>{t('action.done')}</Button>;
}

export function Served() {
  const t = useT();
  return (
    <Card title={t('served.title')} kind="good" actions={<Done />}>
      <p>{t('served.text')}</p>
    </Card>
  );
}

export function Left() {
  const t = useT();
  return (
    <Card title={t('left.title')} actions={<Done />}>
      <p>{t('left.text')}</p>
    </Card>
  );
}

export function Closed({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const zone = app.board.value?.zone;
  const office = app.office(ticket.office);
  const next = ticket.until ?? office?.until;
  return (
    <Card title={t('closed.title')} actions={<Done />}>
      <p>{t('closed.text', { number: ticket.number })}</p>
      {next && (
        <p>
          <b>{t('closed.next', { date: dayName(next, t.lang, zone), time: clockTime(next, t.lang, zone) })}</b>
        </p>
      )}
      <Contact office={ticket.office} />
    </Card>
  );
}

export function Missed({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const possible = ticket.return_until !== undefined && Date.parse(ticket.return_until) > now;
  const time = clockTime(ticket.return_until, t.lang, app.board.value?.zone);
  return (
    <Card
      title={t('missed.title')}
      actions={
        <>
          {possible && <Button onClick={() => app.attempt(() => app.ticket.return())}>{t('action.return')}</Button>}
          <Button kind={possible ? 'ghost' : 'primary'} onClick={() => app.done()}>
            {t('action.done')}
          </Button>
        </>
      }
    >
      <p>
        <span class="number">{ticket.number}</span> {t.of(ticket.office_name)}
      </p>
      <p>{possible ? t('missed.text', { time }) : t('missed.over')}</p>
      <Refused />
      {!possible && <Contact office={ticket.office} />}
    </Card>
  );
}
