// Waiting and called: one screen, so that a call takes away neither the focus nor what is being typed.
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Asleep } from './asleep.tsx';
import { Called } from './called.tsx';
import { Heading, Refused } from './card.tsx';
import { Check } from './check.tsx';
import { useApp } from './context.ts';
import { About, Hearing, Mine } from './folded.tsx';
import { Happened } from './happened.tsx';
import { Leaving } from './leaving.tsx';
import { OwnWindow } from './own-window.tsx';
import { Paper, People } from './paper.tsx';
import { Phone } from './phone.tsx';
import { type CitizenTexts, clockTime, useT } from './texts.ts';

export function Queue({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const called = ticket.state === 'called';
  const place = `${t('wait.ahead', { n: ticket.ahead })} ${estimateOf(ticket, t)}`;

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
          <Happened ticket={ticket} place={place} />
          <Offline now={ticket.now} />
          {!called && <Asleep />}
          {!called && !ticket.away && <p class="small">{t('wait.open')}</p>}
          <Check called={called}>{!called && <Away ticket={ticket} />}</Check>
          <div class="actions plain">
            <Phone ticket={ticket} />
            <OwnWindow />
            <Leaving ticket={ticket} />
          </div>
          <div>
            <About ticket={ticket} />
            <Hearing />
            <Mine ticket={ticket} />
          </div>
        </div>
      </section>
    </>
  );
}

/** One button both ways, so that the focus stays on it. */
function Away({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const away = ticket.away ?? false;
  const change = async () => {
    if (await app.attempt(() => app.ticket.about({ away: !away }))) {
      app.announcer.say(t(away ? 'away.over' : 'away.now'));
    }
  };
  return (
    <Button kind={away ? 'primary' : 'ghost'} icon={away ? 'check' : 'clock'} onClick={change}>
      {t(away ? 'away.back' : 'away.go')}
    </Button>
  );
}

function estimateOf(ticket: CitizenTicket, t: CitizenTexts): string {
  const estimate = ticket.estimate;
  if (!estimate) return t('wait.noestimate');
  if (estimate.from === estimate.to) return t('wait.estimate_one', { n: Math.max(1, estimate.to) });
  return t('wait.estimate', { from: estimate.from, to: estimate.to });
}

/** The connection of this page, once it has been gone for a while. */
function Offline({ now }: { now: string }) {
  const t = useT();
  const app = useApp();
  const live = app.ticket.live.value;
  const lost = (live.kind === 'waiting' && live.tries > 1) || (live.kind === 'closed' && live.code !== 0);
  return (
    <div role="status">
      {lost && (
        <p class="notice">
          <Icon name="offline" />
          <span>{t('wait.offline', { time: clockTime(now, t.lang, app.board.value?.zone) })}</span>
        </p>
      )}
    </div>
  );
}
