/** Extra openings: they hold against holidays and closures. */
import type { ExtraOpening } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Nothing } from './fields.tsx';
import { useText } from './texts';
import { fromInput, toInput } from './time';

export function Openings(p: {
  list: readonly ExtraOpening[];
  onChange: (list: ExtraOpening[]) => void;
  error: (field: string) => string | undefined;
}) {
  const text = useText();
  const change = (at: number, by: Partial<ExtraOpening>) =>
    p.onChange(p.list.map((o, i) => (i === at ? { ...o, ...by } : o)));
  return (
    <>
      {p.list.length === 0 && <Nothing>{text('openings.none')}</Nothing>}
      <ol class="rows">
        {p.list.map((o, i) => (
          <li key={i}>
            <div class="interval">
              <TextInput
                type="date"
                label={text('hours.day')}
                value={o.day}
                error={p.error(`openings.${i}`)}
                onInput={(day) => change(i, { day })}
              />
              <TextInput
                type="time"
                label={text('hours.from')}
                value={o.from}
                onInput={(from) => change(i, { from })}
              />
              <TextInput
                type="time"
                label={text('hours.to')}
                value={toInput(o.to)}
                onInput={(to) => change(i, { to: fromInput(to) })}
              />
              <Button
                kind="ghost"
                label={`${text('remove')}: ${text('openings.numbered', { n: i + 1 })}`}
                onClick={() => p.onChange(p.list.filter((_, at) => at !== i))}
              >
                {text('remove')}
              </Button>
            </div>
          </li>
        ))}
      </ol>
      <Button
        kind="ghost"
        onClick={() =>
          p.onChange([...p.list, { day: new Date().toISOString().slice(0, 10), from: '09:00', to: '12:00' }])
        }
      >
        {text('openings.add')}
      </Button>
    </>
  );
}
