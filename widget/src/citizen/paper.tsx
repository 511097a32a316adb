import type { CitizenTicket } from '../client/protocol.ts';
import { useApp } from './context.ts';
import { clockTime, useT } from './texts.ts';

/** The drawn number, as it would come out of the machine. */
export function Paper({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const zone = useApp().board.value?.zone;
  return (
    <div class="paper">
      <div class="small muted">{t.of(ticket.office_name)}</div>
      <div class="paper-number num">
        <span class="only-heard">{t('wait.number', { number: ticket.number })}</span>
        <span aria-hidden="true">{ticket.number}</span>
      </div>
      <div class="small muted">{t('wait.drawn', { time: clockTime(ticket.drawn_at, t.lang, zone) })}</div>
    </div>
  );
}

const SEEN = 8;

/** The people before the door. Words beside it say the same. */
export function People({ ahead }: { ahead: number }) {
  const t = useT();
  return (
    <div class="people" aria-hidden="true">
      <span class="door" />
      {Array.from({ length: Math.min(ahead, SEEN) }, (_, i) => (
        <span key={i} class="person" />
      ))}
      {ahead > SEEN && <span class="small muted">{t('wait.more', { n: ahead - SEEN })}</span>}
      <span class="person me" />
    </div>
  );
}
