/** A week that one can read: seven days one below the other, each with its times as text, as a bar, and as fields. */
import { useState } from 'preact/hooks';
import type { PlannedInterval } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Bar, Scale, type Span, scaleOf } from './bar.tsx';
import { dayText, useText, weekdayText } from './texts';
import { fromInput, minutesOf, toInput } from './time';

const days = [1, 2, 3, 4, 5, 6, 0];

interface WeekProps {
  weekly: readonly PlannedInterval[];
  onChange: (weekly: PlannedInterval[]) => void;
  /** By the place in the list. */
  error: (index: number) => string | undefined;
}

export function Week({ weekly, onChange, error }: WeekProps) {
  const text = useText();
  const [open, setOpen] = useState<number>();
  const scale = scaleOf(weekly);
  const on = (day: number) => weekly.map((iv, i) => ({ iv, i })).filter(({ iv }) => iv.weekday === day);
  const sorted = (day: number) => on(day).sort((a, b) => minutesOf(a.iv.from) - minutesOf(b.iv.from));
  const change = (at: number, by: Partial<PlannedInterval>) =>
    onChange(weekly.map((iv, i) => (i === at ? tidy({ ...iv, ...by }) : iv)));
  const add = (day: number) => {
    const last = sorted(day).at(-1)?.iv.to;
    const from = last && minutesOf(last) <= 1320 ? clock(minutesOf(last) + 60) : '08:00';
    onChange([...weekly, { weekday: day, from, to: clock(Math.min(minutesOf(from) + 240, 1440)) }]);
  };
  const copy = (from: number, to: number[]) =>
    onChange([
      ...weekly.filter((iv) => !to.includes(iv.weekday)),
      ...to.flatMap((weekday) => on(from).map(({ iv }) => ({ ...iv, weekday }))),
    ]);
  return (
    <table class="week">
      <caption class="only-heard">{text('hours.week')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('hours.day')}</th>
          <th scope="col">{text('hours.open')}</th>
          <td class="bar-cell">
            <Scale scale={scale} />
          </td>
          <th scope="col">
            <span class="only-heard">{text('hours.change')}</span>
          </th>
        </tr>
      </thead>
      {days.map((day) => {
        const name = weekdayText(day, text.lang);
        const list = sorted(day);
        const wrong = list.some(({ i }) => error(i));
        const shown = open === day || wrong;
        return (
          <tbody key={day}>
            <tr class={shown ? 'opened' : undefined}>
              <th scope="row">{name}</th>
              <td>
                {list.length === 0 ? (
                  <span class="muted">{text('hours.closed')}</span>
                ) : (
                  <ul class="times">
                    {list.map(({ iv, i }) => (
                      <li key={i}>
                        <span class="num">{`${iv.from}–${iv.to}`}</span>
                        {limited(iv) && <span class="small muted"> {validity(text, iv)}</span>}
                      </li>
                    ))}
                  </ul>
                )}
              </td>
              <td class="bar-cell" aria-hidden="true">
                <Bar spans={list.map(({ iv }): Span => ({ ...iv, limited: limited(iv) }))} scale={scale} />
              </td>
              <td class="act">
                <Button kind="ghost" expanded={shown} onClick={() => setOpen(shown && !wrong ? undefined : day)}>
                  {text('hours.change')}
                  <span class="only-heard"> {name}</span>
                </Button>
              </td>
            </tr>
            {shown && (
              <tr class="edit">
                <td colSpan={4}>
                  <fieldset>
                    <legend>{text('hours.timesOf', { day: name })}</legend>
                    {list.map(({ iv, i }) => (
                      <Times
                        key={i}
                        iv={iv}
                        error={error(i)}
                        onChange={(by) => change(i, by)}
                        onRemove={() => onChange(weekly.filter((_, at) => at !== i))}
                      />
                    ))}
                    <div class="tools">
                      <Button kind="ghost" onClick={() => add(day)}>
                        {text('hours.add')}
                      </Button>
                      {day === 1 && list.length > 0 && (
                        <Button kind="ghost" onClick={() => copy(1, [2, 3, 4, 5])}>
                          {text('hours.copy')}
                        </Button>
                      )}
                    </div>
                  </fieldset>
                </td>
              </tr>
            )}
          </tbody>
        );
      })}
    </table>
  );
}

function Times(p: {
  iv: PlannedInterval;
  error: string | undefined;
  onChange: (by: Partial<PlannedInterval>) => void;
  onRemove: () => void;
}) {
  const text = useText();
  const { iv } = p;
  return (
    <div class="interval">
      <TextInput
        type="time"
        label={text('hours.from')}
        value={iv.from}
        error={p.error}
        onInput={(from) => p.onChange({ from })}
      />
      <TextInput
        type="time"
        label={text('hours.to')}
        value={toInput(iv.to)}
        onInput={(to) => p.onChange({ to: fromInput(to) })}
      />
      <Button kind="ghost" label={`${text('remove')} ${iv.from}–${iv.to}`} onClick={p.onRemove}>
        {text('remove')}
      </Button>
      <details open={limited(iv)}>
        <summary>{text('hours.validity')}</summary>
        <div class="pair">
          <TextInput
            type="date"
            label={text('hours.since')}
            value={iv.since ?? ''}
            onInput={(since) => p.onChange({ since })}
          />
          <TextInput
            type="date"
            label={text('hours.until')}
            value={iv.until ?? ''}
            onInput={(until) => p.onChange({ until })}
          />
        </div>
      </details>
    </div>
  );
}

const limited = (iv: PlannedInterval) => Boolean(iv.since || iv.until);

function validity(text: ReturnType<typeof useText>, iv: PlannedInterval): string {
  const day = (d: string) => dayText(d, text.lang);
  if (iv.since && iv.until) return text('hours.holdsBetween', { since: day(iv.since), until: day(iv.until) });
  return iv.since
    ? text('hours.holdsSince', { since: day(iv.since) })
    : text('hours.holdsUntil', { until: day(iv.until ?? '') });
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Empty limits are none. */
function tidy({ since, until, ...iv }: PlannedInterval): PlannedInterval {
  return { ...iv, ...(since ? { since } : {}), ...(until ? { until } : {}) };
}
