/** Holidays and closures of the whole authority. */
import type { AuthorityCalendar } from '../../client/protocol';
import { Checkbox } from '../../ui/choice.tsx';
import { Select } from '../../ui/field.tsx';
import { Closures } from './closures.tsx';
import { useHere } from './context.tsx';
import { Group, Nothing } from './fields.tsx';
import { Form, useDraft } from './form.tsx';
import { dayText, useText } from './texts';

export default function CalendarPage() {
  const text = useText();
  const { settings } = useHere();
  const draft = useDraft<AuthorityCalendar>({
    name: 'calendar',
    part: (s) => s.calendar,
    below: 'authority',
    body: (calendar) => ({ calendar }),
    prefix: () => 'authority.',
  });
  const { value: v, set, error } = draft;
  const land = settings.lands.find((l) => l.code === v.land);
  const known = v.land === settings.calendar.land && v.local.join() === settings.calendar.local.join();
  const toggled = (list: string[], one: string, on: boolean) => (on ? [...list, one] : list.filter((x) => x !== one));
  return (
    <Form draft={draft} title={text('page.calendar')} lead={text('calendar.lead')} saved={text('saved.calendar')}>
      <Group title={text('calendar.holidays')}>
        <Select
          label={text('calendar.land')}
          value={v.land}
          error={error('holidays')}
          options={[
            { value: '', text: text('calendar.noLand') },
            ...settings.lands.map((l) => ({ value: l.code, text: text.of(l.name) })),
          ]}
          onChange={(code) => set({ land: code, local: [], without: [] })}
        />
        {land && land.local.length > 0 && (
          <fieldset class="choices">
            <legend>{text('calendar.local')}</legend>
            {land.local.map((d) => (
              <Checkbox
                key={d.key}
                label={text.of(d.name)}
                checked={v.local.includes(d.key)}
                onChange={(on) => set({ local: toggled(v.local, d.key, on) })}
              />
            ))}
          </fieldset>
        )}
        {v.land && !known && <Nothing>{text('calendar.afterSaving')}</Nothing>}
        {v.land && known && (
          <fieldset class="choices">
            <legend>{text('calendar.coming')}</legend>
            <p class="muted small">{text('calendar.comingHint')}</p>
            {settings.holidays.map((d) => (
              <Checkbox
                key={d.day}
                label={`${dayText(d.day, text.lang)} · ${text.of(d.name)}`}
                checked={!v.without.includes(d.day)}
                onChange={(closed) => set({ without: toggled(v.without, d.day, !closed) })}
              />
            ))}
          </fieldset>
        )}
      </Group>
      <Group title={text('calendar.closures')} hint={text('calendar.closuresHint')}>
        <Closures list={v.closures} onChange={(closures) => set({ closures })} error={error} />
      </Group>
    </Form>
  );
}
