// The last screens: every end has its own page and a next step.
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Timer } from '../ui/timer.tsx';
import { Card, Refused } from './card.tsx';
import { useApp, useNow } from './context.ts';
import { Mine } from './folded.tsx';
import { Contact } from './links.tsx';
import { clockTime, dayName, useT } from './texts.ts';

export function Done() {
  const t = useT();
  const app = useApp();
  return <Button onClick={() => app.done()}>{t('action.done')}</Button>;
}

/** What every end has below its own words: the other ways to the office, and the citizen's data. */
function After({ ticket }: { ticket: CitizenTicket }) {
  return (
    <>
      <Contact office={ticket.office} />
      <Mine ticket={ticket} />
    </>
  );
}

export function Served({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return (
    <Card title={t('served.title')} kind="good" actions={<Done />} after={<After ticket={ticket} />}>
      <p>{t('served.text')}</p>
      <p>{t('served.next')}</p>
    </Card>
  );
}

export function Left({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  return (
    <Card title={t('left.title')} actions={<Done />} after={<After ticket={ticket} />}>
      <p>{t('left.text')}</p>
    </Card>
  );
}

/** Nothing is kept any more, so nothing is known here either. */
export function Deleted() {
  const t = useT();
  return (
    <Card title={t('deleted.title')} actions={<Done />} after={<Contact />}>
      <p>{t('deleted.text')}</p>
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
    <Card title={t('closed.title')} actions={<Done />} after={<After ticket={ticket} />}>
      <p>{t('closed.text', { number: ticket.number })}</p>
      {next && (
        <p>
          <b>{t('closed.next', { date: dayName(next, t.lang, zone), time: clockTime(next, t.lang, zone) })}</b>
        </p>
      )}
    </Card>
  );
}

export function Missed({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const now = useNow(app, true);
  const left = ticket.return_until ? (Date.parse(ticket.return_until) - now) / 1000 : 0;
  const possible = left > 0;
  const time = clockTime(ticket.return_until, t.lang, app.board.value?.zone);
  return (
    <Card
      title={t('missed.title')}
      after={<After ticket={ticket} />}
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
      {possible && (
        <p>
          {t('missed.left')} <Timer seconds={left} label={t('missed.left')} />
        </p>
      )}
      <Refused />
    </Card>
  );
}
