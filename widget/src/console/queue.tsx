/** Calling: the next person, or a certain one. The lists stand in the order of calling, as the server has sent them. */
import type { ClerkTicket, OfficeView } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { useWork } from './context.tsx';
import { callReason, isReason, nextCall } from './office';
import { useText } from './texts';
import { TicketText, ticketTitle } from './ticket.tsx';

export function Queue() {
  const text = useText();
  const { client } = useWork();
  const offices = [...client.offices.value.values()];
  const own = offices.filter((o) => o.desk && o.desk.state !== 'closed');
  const lists = own.length > 0 ? own : offices.filter((o) => o.waiting.length > 0);
  return (
    <>
      <NextButton />
      {lists.map((office) => (
        <Waiting key={office.id} office={office} named={offices.length > 1} />
      ))}
      {lists.map((office) => (
        <Parked key={office.id} office={office} />
      ))}
      {lists.length === 0 && (
        <>
          <h2>{text('queue.title', { n: 0 })}</h2>
          <p class="muted">{text(offices.length > 0 ? 'queue.empty' : 'app.loading')}</p>
        </>
      )}
    </>
  );
}

export function NextButton({ again }: { again?: boolean }) {
  const text = useText();
  const work = useWork();
  const offices = work.client.offices.value;
  const next = nextCall(offices, work.online.value);
  if (again && isReason(next)) return null; // the one in the queue's column says why
  const several = [...offices.values()].filter((o) => o.desk?.state === 'open').length > 1;
  return (
    <div class="next">
      <Button
        class={again ? '' : 'big'}
        kind={again ? 'ghost' : 'primary'}
        onClick={() => work.next()}
        reason={isReason(next) ? text(next.key, next.values) : undefined}
        {...(again ? {} : { shortcut: { keys: 'Control+Alt+N', shown: text('keys.ctrlAltN') } })}
      >
        {text('queue.next')}
      </Button>
      {several && !isReason(next) && <p class="small muted">{text('queue.from', { office: text.of(next.name) })}</p>}
    </div>
  );
}

function Waiting({ office, named }: { office: OfficeView; named: boolean }) {
  const text = useText();
  const title = text('queue.title', { n: office.waiting.length });
  return (
    <>
      <h2>
        {title}
        {named && <span class="muted"> · {text.of(office.name)}</span>}
      </h2>
      {office.waiting.length === 0 ? (
        <p class="muted">{text('queue.empty')}</p>
      ) : (
        <Tickets office={office} tickets={office.waiting} parked={false} />
      )}
    </>
  );
}

function Parked({ office }: { office: OfficeView }) {
  const text = useText();
  if (office.parked.length === 0) return null;
  return (
    <>
      <h2>{text('queue.parked', { n: office.parked.length })}</h2>
      <Tickets office={office} tickets={office.parked} parked />
    </>
  );
}

function Tickets(p: { office: OfficeView; tickets: readonly ClerkTicket[]; parked: boolean }) {
  const text = useText();
  const work = useWork();
  const now = work.client.clock.value;
  const reason = callReason(work.client.offices.value, p.office, work.online.value);
  const id = `why-${p.office.id}-${p.parked ? 'parked' : 'waiting'}`;
  return (
    <>
      <ol class="tickets">
        {p.tickets.map((ticket) => (
          <li key={ticket.id} class={ticket.silent || ticket.deferred ? 'held' : undefined}>
            <b class="number">{ticket.number}</b>
            <span class="title">{ticketTitle(text, ticket)}</span>
            <Button
              kind="ghost"
              label={text(p.parked ? 'queue.backTicket' : 'queue.callTicket', { number: ticket.number })}
              onClick={() => work.call(p.office.id, ticket.id)}
              {...(reason ? { reason: text(reason.key, reason.values), reasonId: id } : {})}
            >
              {text(p.parked ? 'queue.back' : 'queue.call')}
            </Button>
            <TicketText ticket={ticket} now={now} />
          </li>
        ))}
      </ol>
      {reason && (
        <span id={id} class="only-heard">
          {text(reason.key, reason.values)}
        </span>
      )}
    </>
  );
}
