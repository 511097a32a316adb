/** What the board shall show, and the board itself as it then looks. */
import { useState } from 'preact/hooks';
import type { Embedding } from '../../protocol.gen.ts';
import { Checkbox, Radios } from '../../ui/choice.tsx';
import { Select } from '../../ui/field.tsx';
import { languages } from '../texts';
import { type Choice, previewAddress } from './lines';
import type { Say } from './texts';

interface LookProps {
  data: Embedding;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  say: Say;
}

export function Look({ data, choice, onChoice, say }: LookProps) {
  const [width, setWidth] = useState('wide');
  const toggle = (slug: string, on: boolean) => {
    const chosen = data.offices
      .map((office) => office.slug)
      .filter((s) => (s === slug ? on : choice.offices.includes(s)));
    if (chosen.length) onChoice({ ...choice, offices: chosen }); // the last one stays: an empty board is of no use
  };
  const address = previewAddress(data, choice);
  return (
    <section class="look">
      <div class="wishes">
        <h2>{say('look.title')}</h2>
        <fieldset class="choices">
          <legend>{say('look.offices')}</legend>
          {data.offices.map((office) => (
            <Checkbox
              key={office.slug}
              label={say.of(office.name)}
              checked={choice.offices.includes(office.slug)}
              onChange={(on) => toggle(office.slug, on)}
            />
          ))}
        </fieldset>
        <Select
          label={say('look.lang')}
          value={choice.lang}
          onChange={(lang) => onChoice({ ...choice, lang })}
          options={[
            { value: '', text: say('look.lang_page') },
            ...Object.entries(languages).map(([value, text]) => ({ value, text, lang: value })),
          ]}
        />
        <Select
          label={say('look.heading')}
          hint={say('look.heading_hint')}
          value={choice.heading}
          onChange={(heading) => onChoice({ ...choice, heading })}
          options={['2', '3', '4', '5', '6'].map((value) => ({ value, text: say('look.level', { n: value }) }))}
        />
        <p class="muted">{say('look.rest')}</p>
      </div>
      <div class="preview">
        <h3>{say('preview.title')}</h3>
        <Radios
          legend={say('preview.width')}
          value={width}
          onChange={setWidth}
          options={[
            { value: 'wide', text: say('preview.wide') },
            { value: 'phone', text: say('preview.phone') },
          ]}
        />
        <iframe key={address} class={width} src={address} title={say('preview.frame')} />
        <p class="muted">{say('preview.note')}</p>
      </div>
    </section>
  );
}
