/** One row of a list of tickets. It is drawn again only when something of its own has changed: with 300 waiting, neither
 * a new arrival nor the minute draws the others. */
import { useComputed } from '@preact/signals';
import { Component } from 'preact';
import type { ClerkTicket } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { useWork } from './context.tsx';
import { minutesSince } from './office';
import { useText } from './texts';
import { ticketMarks, ticketNeeds, ticketTitle, ticketWords } from './ticket.tsx';

export type ListKind = 'waiting' | 'parked' | 'missed';

export interface RowProps {
  office: string;
  ticket: ClerkTicket;
  kind: ListKind;
  /** Why it can't be called now, and the id of the element that says so. */
  reason: string | undefined;
  reasonId: string;
  /** There are other offices to pass it on to. */
  passes: boolean;
}

export class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    return (Object.keys(next) as (keyof RowProps)[]).some((name) => next[name] !== now[name]);
  }

  override render(p: RowProps) {
    return <RowContent {...p} />;
  }
}

function RowContent({ office, ticket, kind, reason, reasonId, passes }: RowProps) {
  const text = useText();
  const work = useWork();
  const { number } = ticket;
  const blocked = reason === undefined ? {} : { reason, reasonId };
  const held = ticket.silent || ticket.deferred || ticket.away || (ticket.wants && !ticket.wants_me);
  return (
    <li class={held ? 'held' : undefined}>
      <b class="number">{number}</b>
      <span class="title">{ticketTitle(text, ticket)}</span>
      <span class="does">
        {kind === 'missed' ? (
          <Button
            kind="ghost"
            label={text('missed.backTicket', { number })}
            onClick={() => work.putBack(office, ticket)}
            {...(work.online.value ? {} : { reason: text('reason.offline'), reasonId })}
          >
            {text('missed.back')}
          </Button>
        ) : (
          <Button
            kind="ghost"
            label={text(kind === 'parked' ? 'queue.backTicket' : 'queue.callTicket', { number })}
            onClick={() => work.call(office, ticket)}
            {...blocked}
          >
            {text(kind === 'parked' ? 'queue.back' : 'queue.call')}
          </Button>
        )}
      </span>
      <span class="about small muted">
        <Words ticket={ticket} />
        <Marks ticket={ticket} />
        {ticket.note && <span class="note">{text('ticket.note', { note: ticket.note })}</span>}
      </span>
      {passes && kind === 'waiting' && (
        <button
          type="button"
          class="pass small"
          aria-label={text('queue.passTicket', { number })}
          onClick={() => {
            work.dialog.value = { kind: 'transfer', office, ticket };
          }}
        >
          {text('queue.pass')}
        </button>
      )}
    </li>
  );
}

/** Drawn anew when its minutes have changed, not when the second has. */
function Words({ ticket }: { ticket: ClerkTicket }) {
  const text = useText();
  const { client } = useWork();
  const minutes = useComputed(() => minutesSince(ticket.since, client.clock.value));
  return <>{ticketWords(text, ticket, minutes.value).join(' · ')}</>;
}

function Marks({ ticket }: { ticket: ClerkTicket }) {
  const text = useText();
  const needs = ticketNeeds(text, ticket);
  const marks = ticketMarks(text, ticket);
  if (needs.length + marks.length === 0) return null;
  return (
    <span class="marks">
      {needs.map((need) => (
        <span key={need} class="mark need">
          {need}
        </span>
      ))}
      {marks.map((mark) => (
        <span key={mark} class="mark">
          {mark}
        </span>
      ))}
    </span>
  );
}
