/** Days or hours on which an office, or all of an authority's, is closed. */
import type { ClosureDates } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Nothing, TextPair } from './fields.tsx';
import { useText } from './texts';
import { fromInput, toInput } from './time';

interface ClosuresProps {
  list: readonly ClosureDates[];
  onChange: (list: ClosureDates[]) => void;
  error: (field: string) => string | undefined;
}

export function Closures({ list, onChange, error }: ClosuresProps) {
  const text = useText();
  const change = (at: number, by: Partial<ClosureDates>) =>
    onChange(list.map((c, i) => (i === at ? { ...c, ...by } : c)));
  const today = () => new Date().toISOString().slice(0, 10);
  return (
    <>
      {list.length === 0 && <Nothing>{text('closures.none')}</Nothing>}
      <ol class="rows">
        {list.map((c, i) => (
          <li key={i}>
            <div class="fields">
              <div class="pair">
                <TextInput
                  type="date"
                  label={text('closures.from')}
                  value={c.from}
                  error={error(`closures.${i}`)}
                  onInput={(from) => change(i, c.to < from ? { from, to: from } : { from })}
                />
                <TextInput type="date" label={text('closures.to')} value={c.to} onInput={(to) => change(i, { to })} />
              </div>
              <Checkbox
                label={text('closures.whole')}
                checked={!c.start && !c.end}
                onChange={(whole) => change(i, whole ? { start: '', end: '' } : { start: '12:00', end: '24:00' })}
              />
              {(c.start || c.end) && (
                <div class="pair">
                  <TextInput
                    type="time"
                    label={text('hours.from')}
                    value={c.start ?? ''}
                    onInput={(start) => change(i, { start })}
                  />
                  <TextInput
                    type="time"
                    label={text('hours.to')}
                    value={toInput(c.end ?? '')}
                    onInput={(end) => change(i, { end: fromInput(end) })}
                  />
                </div>
              )}
              <TextPair
                label={text('closures.name')}
                hint={text('closures.nameHint')}
                value={c.name ?? {}}
                maxLength={120}
                onInput={(name) => change(i, { name })}
              />
            </div>
            <div class="tools">
              <Button
                kind="ghost"
                label={`${text('remove')}: ${text('closures.numbered', { n: i + 1 })}`}
                onClick={() => onChange(list.filter((_, at) => at !== i))}
              >
                {text('remove')}
              </Button>
            </div>
          </li>
        ))}
      </ol>
      <Button kind="ghost" onClick={() => onChange([...list, { from: today(), to: today(), name: {} }])}>
        {text('closures.add')}
      </Button>
    </>
  );
}
