// Waiting and called: one screen, so that a call takes away neither the focus nor what is being typed.
import { useEffect, useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { About } from './about.tsx';
import { Called } from './called.tsx';
import { Heading, Refused } from './card.tsx';
import { Check } from './check.tsx';
import { useApp } from './context.ts';
import { OwnWindow } from './own-window.tsx';
import { Paper, People } from './paper.tsx';
import { type CitizenTexts, clockTime, dayName, useT } from './texts.ts';

export function Queue({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const called = ticket.state === 'called';
  const [leaving, setLeaving] = useState(false);
  const notice = useNotice(ticket);
  const place = `${t('wait.ahead', { n: ticket.ahead })} ${estimateOf(ticket, t)}`;

  useEffect(() => {
    if (!called) app.announcer.place(place, ticket.ahead);
  }, [app, called, place, ticket.ahead]);
  useEffect(() => {
    if (notice) app.announcer.say(notice);
  }, [app, notice]);

  return (
    <>
      {called && <Called ticket={ticket} />}
      <Refused />
      <section class="card wait" aria-label={t('wait.number', { number: ticket.number })}>
        <Paper ticket={ticket} />
        <div class="stack">
          {!called && (
            <>
              <Heading>{t('wait.ahead', { n: ticket.ahead })}</Heading>
              <p class="muted">{estimateOf(ticket, t)}</p>
              <People ahead={ticket.ahead} />
            </>
          )}
          {notice && !called && (
            <p class="notice">
              <Icon name="clock" />
              <span>{notice}</span>
            </p>
          )}
          <Offline />
          {!called && <p class="small">{t('wait.open')}</p>}
          <Check called={called}>
            <OwnWindow />
            <Button kind="ghost" icon="leave" onClick={() => setLeaving(true)}>
              {t('action.leave')}
            </Button>
          </Check>
          <About ticket={ticket} />
        </div>
      </section>
      {leaving && (
        <Dialog
          title={t('leave.title')}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={() => setLeaving(false)}>
                {t('action.keep')}
              </Button>
              <Button
                kind="danger"
                onClick={async () => {
                  await app.attempt(() => app.ticket.leave());
                  setLeaving(false);
                }}
              >
                {t('action.leave')}
              </Button>
            </>
          }
        >
          <p>{t('leave.text', { number: ticket.number })}</p>
        </Dialog>
      )}
    </>
  );
}

export function estimateOf(ticket: CitizenTicket, t: CitizenTexts): string {
  const estimate = ticket.estimate;
  if (!estimate) return t('wait.noestimate');
  if (estimate.from === estimate.to) return t('wait.estimate_one', { n: Math.max(1, estimate.to) });
  return t('wait.estimate', { from: estimate.from, to: estimate.to });
}

/** What has happened to the ticket, or what holds the office up: the most important sentence. */
function useNotice(ticket: CitizenTicket): string | undefined {
  const t = useT();
  const app = useApp();
  const [before, setBefore] = useState(ticket);
  const [event, setEvent] = useState<string>();
  const office = t.of(ticket.office_name);
  if (before !== ticket) {
    setBefore(ticket);
    if (before.office !== ticket.office) setEvent(t('wait.transferred', { office }));
    else if (before.state === 'called' && ticket.state === 'waiting') setEvent(t('wait.again'));
    else if (ticket.state === 'called') setEvent(undefined);
  }
  if (event) return event;
  if (ticket.outcome === 'interrupted') return t('wait.interrupted');
  const zone = app.board.value?.zone;
  const { until } = ticket;
  const later = until && dayName(until, t.lang, zone) === dayName(ticket.now, t.lang, zone); // a break, not the evening
  return t.maybe(ticket.text === 'closed_until' && later ? 'status.break' : `status.${ticket.text}`, {
    time: clockTime(until, t.lang, zone),
    holiday: t.of(ticket.holiday),
  });
}

/** The connection of this page, once it has been gone for a while. */
function Offline() {
  const t = useT();
  const app = useApp();
  const live = app.ticket.live.value;
  const lost = (live.kind === 'waiting' && live.tries > 1) || (live.kind === 'closed' && live.code !== 0);
  return (
    <div role="status">
      {lost && (
        <p class="notice">
          <Icon name="offline" />
          <span>{t('wait.offline')}</span>
        </p>
      )}
    </div>
  );
}
