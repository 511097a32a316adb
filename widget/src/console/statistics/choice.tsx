/** Which figures: span, office, breakdown; and what can be done with them. */
import type { Statistics } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { address, asks, type By, moved, type Preset, presets, type Query, withPreset } from './query';
import type { Words } from './texts';

const groups: readonly Exclude<By, ''>[] = ['hour', 'weekday', 'day', 'month', 'office', 'topic'];

interface ChoiceProps {
  query: Query;
  figures: Statistics | undefined;
  today: string;
  words: Words;
  onQuery: (q: Query) => void;
}

export function Choice({ query, figures, today, words, onQuery }: ChoiceProps) {
  const offices = figures?.offices ?? [];
  const shown: readonly Exclude<By, ''>[] = figures?.per_clerk ? [...groups, 'clerk'] : groups;
  const wrong = asks(query) ? undefined : words('span.wrong');
  return (
    <section class="choice-of-figures" aria-label={words('choose')}>
      <Select
        label={words('span')}
        value={query.preset}
        onChange={(preset) => onQuery(withPreset(query, preset as Preset, today))}
        options={presets.map((value) => ({ value, text: words(`span.${value}`) }))}
      />
      {query.preset === 'own' ? (
        <>
          <TextInput
            label={words('span.from')}
            type="date"
            value={query.from}
            onInput={(from) => onQuery({ ...query, from })}
          />
          <TextInput
            label={words('span.to')}
            type="date"
            value={query.to}
            error={wrong}
            onInput={(to) => onQuery({ ...query, to })}
          />
        </>
      ) : (
        <div class="steps">
          <Button kind="ghost" onClick={() => onQuery(moved(query, -1))}>
            {words('span.earlier')}
          </Button>
          <Button kind="ghost" onClick={() => onQuery(moved(query, 1))}>
            {words('span.later')}
          </Button>
        </div>
      )}
      {offices.length > 1 && (
        <Select
          label={words('office')}
          value={query.office}
          onChange={(office) => onQuery({ ...query, office })}
          options={[
            { value: '', text: words('office.all') },
            ...offices.map((o) => ({ value: o.id, text: words.of(o.name) })),
          ]}
        />
      )}
      <Select
        label={words('by')}
        value={query.by}
        onChange={(by) => onQuery({ ...query, by: by as By })}
        options={[
          { value: '', text: words('by.none') },
          ...shown.map((value) => ({ value, text: words(`by.${value}`) })),
        ]}
      />
      <div class="steps">
        {asks(query) && (
          <a class="button ghost" href={address(query, words.lang)} download="">
            {words('file')}
          </a>
        )}
        <Button kind="ghost" onClick={() => print()}>
          {words('print')}
        </Button>
      </div>
    </section>
  );
}
