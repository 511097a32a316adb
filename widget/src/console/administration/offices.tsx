/** The offices: the list, in the board's order, and one office with its topics. */
import { useState } from 'preact/hooks';
import type { OfficeSettings } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useChange } from './change';
import { useHere } from './context.tsx';
import { OfficeForm } from './office.tsx';
import { addressOf, type PageProps } from './pages';
import { useText } from './texts';

export default function OfficesPage({ rest }: PageProps) {
  const { settings } = useHere();
  const text = useText();
  if (rest === 'new') return <OfficeForm key="new" />;
  const office = settings.offices.find((o) => o.id === rest);
  if (rest && office) return <OfficeForm key={rest} office={office} />;
  return (
    <>
      <h1>{text('page.offices')}</h1>
      {rest && <Alert kind="notice">{text('error.office_unknown')}</Alert>}
      <OfficeList />
    </>
  );
}

function OfficeList() {
  const { model, settings } = useHere();
  const text = useText();
  const change = useChange();
  const [asked, setAsked] = useState<OfficeSettings>();
  const run = async (what: Promise<void>, done: string) => {
    await change.run(what, done);
    setAsked(undefined);
  };
  const active = settings.offices.filter((o) => !o.retired);
  const retired = settings.offices.filter((o) => o.retired);
  const name = (o: OfficeSettings) => text.of(o.profile.name);
  const move = (at: number, by: number) => {
    const order = active.map((o) => o.id);
    const [id = ''] = order.splice(at, 1);
    order.splice(at + by, 0, id);
    const office = active[at];
    return run(
      model.change('put', 'order', { offices: order }),
      text('saved.order', { name: office ? name(office) : '' }),
    );
  };
  const retire = (o: OfficeSettings, away: boolean) =>
    run(
      model.change('put', `offices/${o.id}/retired`, { retired: away }),
      text(away ? 'saved.retired' : 'saved.restored', { name: name(o) }),
    );
  return (
    <>
      <Alert>{change.error}</Alert>
      <p role="status" class="saved">
        {change.done}
      </p>
      <ol class="cards">
        {active.map((o, i) => (
          <li key={o.id}>
            <div>
              <h2>
                <span class="prefix">{o.profile.prefix}</span> {name(o)}
              </h2>
              <p class="muted small">{text.of(o.profile.about)}</p>
              <p class="small">
                {text('offices.topics', { n: o.profile.topics.length })}
                {o.profile.appointment_only && ` · ${text('offices.appointmentOnly')}`}
              </p>
            </div>
            <div class="tools">
              <a class="button ghost" href={addressOf('offices', o.id)}>
                {text('offices.edit')}
                <span class="only-heard"> {name(o)}</span>
              </a>
              <a class="button ghost" href={addressOf('hours', o.id)}>
                {text('page.hours')}
                <span class="only-heard"> {name(o)}</span>
              </a>
              <Button
                kind="ghost"
                label={text('offices.up', { name: name(o) })}
                onClick={() => move(i, -1)}
                {...(i === 0 ? { reason: text('offices.isFirst'), reasonId: 'order' } : {})}
              >
                ↑
              </Button>
              <Button
                kind="ghost"
                label={text('offices.down', { name: name(o) })}
                onClick={() => move(i, 1)}
                {...(i === active.length - 1 ? { reason: text('offices.isLast'), reasonId: 'order' } : {})}
              >
                ↓
              </Button>
              <Button kind="ghost" onClick={() => setAsked(o)}>
                {text('offices.retire')}
                <span class="only-heard"> {name(o)}</span>
              </Button>
            </div>
          </li>
        ))}
      </ol>
      <p id="order" class="muted small">
        {text('offices.orderHint')}
      </p>
      <a class="button" href={addressOf('offices', 'new')}>
        {text('offices.new')}
      </a>
      {retired.length > 0 && (
        <section class="group">
          <h2>{text('offices.retiredTitle')}</h2>
          <p class="muted">{text('offices.retiredHint')}</p>
          <ul class="plain-list">
            {retired.map((o) => (
              <li key={o.id}>
                {name(o)}
                <Button kind="ghost" onClick={() => retire(o, false)}>
                  {text('offices.restore')}
                  <span class="only-heard"> {name(o)}</span>
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {asked && (
        <Dialog
          title={text('offices.retireTitle', { name: name(asked) })}
          onClose={() => setAsked(undefined)}
          actions={
            <>
              <Button kind="ghost" autofocus onClick={() => setAsked(undefined)}>
                {text('cancel')}
              </Button>
              <Button kind="danger" onClick={() => retire(asked, true)}>
                {text('offices.retire')}
              </Button>
            </>
          }
        >
          <p>{text('offices.retireText')}</p>
        </Dialog>
      )}
    </>
  );
}
