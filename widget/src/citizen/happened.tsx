// What has happened to the ticket, what holds the office up, and what the office says.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Icon } from '../ui/icon.tsx';
import { useApp } from './context.ts';
import { isSoon } from './screen.ts';
import { type CitizenTexts, clockTime, dayName, useT } from './texts.ts';

/** The sentences, for the eye; readers hear them by the announcer, with the place in the queue. */
export function Happened({ ticket, place }: { ticket: CitizenTicket; place: string }) {
  const t = useT();
  const app = useApp();
  const waiting = ticket.state === 'waiting'; // a call is all that counts while it lasts
  const zone = app.board.value?.zone;
  const own = useOwn(ticket, t);
  const office = waiting ? hindrance(ticket, t, zone) : '';
  const message = waiting ? messageOf(ticket, t, zone) : undefined;
  const away = ticket.away ? t('away.now') : '';
  const soon = isSoon(ticket) && ticket.ahead > 0 && !away ? t('wait.soon') : '';

  const heard = useRef<string[]>([]);
  const spoken = message ? `${message.from} ${message.text}` : '';
  useEffect(() => {
    if (!waiting) return;
    const sentences = [own, office, spoken].filter(Boolean);
    const fresh = sentences.filter((sentence) => !heard.current.includes(sentence));
    heard.current = sentences;
    app.announcer.place(place, ticket.ahead, soon, fresh.join(' '));
    if (app.announcer.mode.peek() !== 'all' && fresh.includes(own)) app.announcer.say(own);
  }, [app, waiting, place, ticket.ahead, soon, own, office, spoken]);

  if (!waiting) return null;
  return (
    <>
      {message && (
        <p class="notice message">
          <Icon name="text" />
          <span>
            <b>{message.from}</b> {message.text}
          </span>
        </p>
      )}
      {[away, own, office, soon].filter(Boolean).map((sentence) => (
        <p key={sentence} class="notice">
          <Icon name="clock" />
          <span>{sentence}</span>
        </p>
      ))}
    </>
  );
}

/** Of this ticket alone. */
function useOwn(ticket: CitizenTicket, t: CitizenTexts): string {
  const [before, setBefore] = useState(ticket);
  const [again, setAgain] = useState(false);
  if (before !== ticket) {
    setBefore(ticket);
    if (before.state === 'called' && ticket.state === 'waiting') setAgain(true);
    else if (ticket.state === 'called') setAgain(false);
  }
  if (ticket.state !== 'waiting') return '';
  if (again) return t('wait.again');
  if (ticket.outcome === 'interrupted') return t('wait.interrupted');
  const from = t.of(ticket.from);
  return from ? t('wait.transferred', { from, office: t.of(ticket.office_name) }) : '';
}

/** The office is paused, not attended, or past its hours. */
function hindrance(ticket: CitizenTicket, t: CitizenTexts, zone: string | undefined): string {
  const { until } = ticket;
  const today = until && dayName(until, t.lang, zone) === dayName(ticket.now, t.lang, zone); // a break, not the evening
  const key = ticket.text === 'closed_until' && today ? 'status.break' : `status.${ticket.text}`;
  return t.maybe(key, { time: clockTime(until, t.lang, zone), holiday: t.of(ticket.holiday) }) ?? '';
}

function messageOf(ticket: CitizenTicket, t: CitizenTexts, zone: string | undefined) {
  const { message } = ticket;
  if (!message?.text) return undefined;
  const time = clockTime(message.at, t.lang, zone);
  return { from: t('wait.message', { office: t.of(ticket.office_name), time }), text: message.text };
}
