import { useComputed } from '@preact/signals';
import type { OfficeView } from '../client/protocol';
import { Button } from '../ui/button.tsx';
import { Status, type StatusKind } from '../ui/status.tsx';
import { useWork } from './context.tsx';
import { callReason, minutesSince } from './office';
import { useText } from './texts';

/** The colleagues' desks: who else serves the same offices, and with whom. */
export function Team() {
  const text = useText();
  const { client } = useWork();
  const offices = [...client.offices.value.values()];
  const desks = offices.flatMap((office) =>
    office.colleagues.filter((c) => c.state !== 'closed').map((desk) => ({ office, desk })),
  );
  return (
    <section class="team" aria-labelledby="team-title">
      <h2 id="team-title">{text('team.title')}</h2>
      {desks.length === 0 && <p class="muted">{text('team.none')}</p>}
      <ul>
        {desks.map(({ office, desk }) => (
          <li key={`${office.id} ${desk.name}`}>
            <span>
              {desk.name || text('team.deleted')}
              {offices.length > 1 && <span class="small muted">{text.of(office.name)}</span>}
            </span>
            <span class="state">
              <Status kind={kindOf(desk)}>{text(desk.ticket ? 'desk.busy' : `desk.${desk.state}`)}</Status>
              {desk.ticket && <With number={desk.ticket} since={desk.since} />}
            </span>
            {desk.takes && desk.ticket && <Take office={office} takes={desk.takes} number={desk.ticket} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function With({ number, since }: { number: string; since: string | undefined }) {
  const text = useText();
  const { client } = useWork();
  const minutes = useComputed(() => (since ? minutesSince(since, client.clock.value) : 0));
  return <span class="small muted">{text('team.ticket', { number, n: minutes.value })}</span>;
}

/** Their line is gone, and somebody sits there alone: any colleague with an open desk may go on. */
function Take({ office, takes, number }: { office: OfficeView; takes: string; number: string }) {
  const text = useText();
  const work = useWork();
  const why = callReason(work.client.offices.value, office, work.online.value);
  return (
    <Button
      label={text('team.takeTicket', { number })}
      onClick={() => work.take(office.id, takes)}
      reason={why && text(why.key, why.values)}
    >
      {text('team.take')}
    </Button>
  );
}

function kindOf(desk: { state: StatusKind & ('open' | 'paused' | 'closed' | 'absent'); ticket?: string }): StatusKind {
  return desk.ticket && desk.state === 'open' ? 'busy' : desk.state;
}
