/** Calling: the next person, or a certain one. The lists stand in the order of calling, as the server has sent them. */
import type { ClerkTicket, OfficeView } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { useWork } from './context.tsx';
import { useKeys } from './keys.tsx';
import { callReason, isReason, nextCall, ownOffices } from './office';
import { type ListKind, Row } from './row.tsx';
import { timeText, useText } from './texts';

export function Queue() {
  const text = useText();
  const { client } = useWork();
  const offices = [...client.offices.value.values()];
  const own = ownOffices(client.offices.value);
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
      {lists.map((office) => (
        <Missed key={office.id} office={office} />
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
  const shortcut = useKeys('next');
  const several = [...offices.values()].filter((o) => o.desk?.state === 'open').length > 1;
  const together = work.consulting.together.value;
  let why = isReason(next) ? text(next.key, next.values) : undefined;
  if (together) why = text('reason.consulting', { name: together.with });
  if (again && why) return null; // the one in the queue's column says why
  return (
    <div class="next">
      <Button
        class={again ? '' : 'big'}
        kind={again ? 'ghost' : 'primary'}
        onClick={() => work.next()}
        reason={why}
        {...(again ? {} : { shortcut })}
      >
        {text('queue.next')}
      </Button>
      {several && !why && !isReason(next) && (
        <p class="small muted">{text('queue.from', { office: text.of(next.name) })}</p>
      )}
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
      <Message office={office} />
      {office.waiting.length === 0 ? (
        <p class="muted">{text('queue.empty')}</p>
      ) : (
        <Tickets office={office} tickets={office.waiting} kind="waiting" />
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
      <Tickets office={office} tickets={office.parked} kind="parked" />
    </>
  );
}

function Missed({ office }: { office: OfficeView }) {
  const text = useText();
  if (office.missed.length === 0) return null;
  return (
    <>
      <h2>{text('missed.title', { n: office.missed.length })}</h2>
      <p class="small muted">{text('missed.lead')}</p>
      <Tickets office={office} tickets={office.missed} kind="missed" />
    </>
  );
}

/** What all who wait here are told, or the way to tell them something. */
function Message({ office }: { office: OfficeView }) {
  const text = useText();
  const work = useWork();
  const shortcut = useKeys('message');
  if (!office.desk || office.desk.state === 'closed') return null;
  const offline = work.online.value ? undefined : text('reason.offline');
  const name = text.of(office.name);
  const write = () => {
    work.dialog.value = { kind: 'message', office: office.id };
  };
  if (!office.message) {
    return (
      <div class="tell">
        <Button
          kind="ghost"
          label={text('message.writeAt', { office: name })}
          onClick={write}
          reason={offline}
          shortcut={shortcut}
        >
          {text('message.write')}
        </Button>
      </div>
    );
  }
  return (
    <section class="told" aria-label={text('message.shown')}>
      <p class="small muted">{text('message.since', { time: timeText(office.message.at, text.lang) })}</p>
      <p>{office.message.text}</p>
      <div class="line">
        <Button kind="ghost" label={text('message.changeAt', { office: name })} onClick={write} reason={offline}>
          {text('message.change')}
        </Button>
        <Button
          kind="ghost"
          label={text('message.endAt', { office: name })}
          onClick={() => work.tell(office.id, '')}
          reason={offline}
        >
          {text('message.end')}
        </Button>
      </div>
    </section>
  );
}

function Tickets(p: { office: OfficeView; tickets: readonly ClerkTicket[]; kind: ListKind }) {
  const text = useText();
  const work = useWork();
  const why = callReason(work.client.offices.value, p.office, work.online.value);
  const reason = why && text(why.key, why.values);
  const id = `why-${p.office.id}-${p.kind}`;
  const passes = work.passes.value;
  return (
    <>
      <ol class="tickets">
        {p.tickets.map((ticket) => (
          <Row
            key={ticket.id}
            office={p.office.id}
            ticket={ticket}
            kind={p.kind}
            reason={reason}
            reasonId={id}
            passes={passes}
          />
        ))}
      </ol>
      {reason && (
        <span id={id} class="only-heard">
          {reason}
        </span>
      )}
    </>
  );
}
