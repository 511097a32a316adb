/** Opening hours: which office, its week, what comes in between, and how the next days really are. */
import type { OfficeHours, OfficeSettings } from '../../client/protocol';
import { Select } from '../../ui/field.tsx';
import { Bar, Scale, scaleOf } from './bar.tsx';
import { Closures } from './closures.tsx';
import { useHere } from './context.tsx';
import { Group, Nothing } from './fields.tsx';
import { Form, useDraft } from './form.tsx';
import { Openings } from './openings.tsx';
import { addressOf, type PageProps } from './pages';
import { dayText, useText } from './texts';
import { Week } from './week.tsx';

export default function HoursPage({ rest }: PageProps) {
  const text = useText();
  const offices = useHere().settings.offices.filter((o) => !o.retired);
  const office = offices.find((o) => o.id === rest) ?? offices[0];
  if (!office)
    return (
      <>
        <h1>{text('page.hours')}</h1>
        <Nothing>{text('hours.noOffice')}</Nothing>
      </>
    );
  return (
    <>
      {offices.length > 1 && (
        <Select
          label={text('hours.office')}
          value={office.id}
          options={offices.map((o) => ({ value: o.id, text: text.of(o.profile.name) }))}
          onChange={(id) => {
            location.hash = addressOf('hours', id);
          }}
        />
      )}
      <HoursForm key={office.id} office={office} />
    </>
  );
}

function HoursForm({ office }: { office: OfficeSettings }) {
  const text = useText();
  const draft = useDraft<OfficeHours>({
    name: `hours ${office.id}`,
    part: (s) => s.offices.find((o) => o.id === office.id)?.hours ?? office.hours,
    below: `offices/${office.id}/hours`,
    body: (hours) => ({ hours }),
    prefix: () => `offices.${office.profile.slug}.`,
  });
  const { value: v, set, error } = draft;
  return (
    <>
      <Form
        draft={draft}
        title={text('hours.title', { name: text.of(office.profile.name) })}
        saved={text('saved.hours')}
      >
        <Group title={text('hours.week')} hint={text('hours.weekHint')}>
          <Week weekly={v.weekly} onChange={(weekly) => set({ weekly })} error={(i) => error(`hours.${i}`)} />
        </Group>
        <Group title={text('hours.closures')} hint={text('hours.closuresHint')}>
          <Closures list={v.closures} onChange={(closures) => set({ closures })} error={error} />
        </Group>
        <Group title={text('hours.openings')} hint={text('hours.openingsHint')}>
          <Openings list={v.openings} onChange={(openings) => set({ openings })} error={error} />
        </Group>
      </Form>
      <Group title={text('hours.coming')} hint={text(draft.dirty ? 'hours.comingDirty' : 'hours.comingHint')}>
        <Coming office={office} />
      </Group>
    </>
  );
}

/** The next days as they really are, by the server. */
function Coming({ office }: { office: OfficeSettings }) {
  const text = useText();
  const scale = scaleOf(office.coming.flatMap((d) => d.open));
  return (
    <table class="coming">
      <thead>
        <tr>
          <th scope="col">{text('hours.day')}</th>
          <th scope="col">{text('hours.open')}</th>
          <td class="bar-cell">
            <Scale scale={scale} />
          </td>
        </tr>
      </thead>
      <tbody>
        {office.coming.map((d) => (
          <tr key={d.day}>
            <th scope="row">{dayText(d.day, text.lang)}</th>
            <td>
              {d.open.length > 0 ? (
                d.open.map((iv) => `${iv.from}–${iv.to}`).join(', ')
              ) : (
                <span class="muted">{text.of(d.closed) || text('hours.closed')}</span>
              )}
            </td>
            <td class="bar-cell" aria-hidden="true">
              <Bar spans={d.open} scale={scale} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
