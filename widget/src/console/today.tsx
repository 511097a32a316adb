import type { OfficeView } from '../client/protocol';
import { useWork } from './context.tsx';
import { ownOffices } from './office';
import { useText } from './texts';

/** Today's figures of the offices where the clerk has a desk; of all, while there is none. */
export function Today() {
  const { client } = useWork();
  const offices = [...client.offices.value.values()];
  const own = ownOffices(client.offices.value);
  return (
    <>
      {(own.length > 0 ? own : offices).map((office) => (
        <Figures key={office.id} office={office} named={offices.length > 1} />
      ))}
    </>
  );
}

function Figures({ office, named }: { office: OfficeView; named: boolean }) {
  const text = useText();
  const f = office.figures;
  const hours = office.today.map((i) => `${i.from}–${i.to}`).join(', ') || text('today.noHours');
  return (
    <>
      <h2>{named ? text('today.titleAt', { office: text.of(office.name) }) : text('today.title')}</h2>
      <dl class="figures">
        <Figure name={text('today.visits')} value={String(f.visits)} />
        <Figure name={text('today.wait')} value={text('today.minutes', { n: f.mean_wait_minutes })} />
        <Figure name={text('today.missed')} value={String(f.missed)} />
      </dl>
      <p class="small muted">
        {text('today.hours')}: <span class="num">{hours}</span>
      </p>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt class="small">{name}</dt>
      <dd class="num">{value}</dd>
    </div>
  );
}
