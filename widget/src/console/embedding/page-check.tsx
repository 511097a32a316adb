/** Is the town's page in the list? And how to let the doctor look at it. */
import { useState } from 'preact/hooks';
import type { Embedding } from '../../protocol.gen.ts';
import { TextInput } from '../../ui/field.tsx';
import { StatusRegion } from '../../ui/status.tsx';
import { checkAddress, isListed, originOf } from './lines';
import type { Say } from './texts';

export function PageCheck({ data, say, admin }: { data: Embedding; say: Say; admin: boolean }) {
  const [typed, setTyped] = useState('');
  const origin = originOf(typed);
  const address = checkAddress(typed);
  const verdict = () => {
    if (!typed.trim()) return '';
    if (!origin) return say('page.none');
    if (isListed(origin, data.origins)) return say('page.listed', { origin });
    return say('page.unlisted', { origin });
  };
  return (
    <section>
      <h2>{say('page.title')}</h2>
      <p>{say(data.origins.length ? 'page.list' : 'page.list_empty')}</p>
      {data.origins.length > 0 && (
        <ul>
          {data.origins.map((entry) => (
            <li key={entry}>
              <code>{entry}</code>
            </li>
          ))}
        </ul>
      )}
      {admin ? (
        <p>
          <a href="#/administration/origins">{say('page.change')}</a>
        </p>
      ) : (
        <p class="muted">{say('page.ask')}</p>
      )}
      <TextInput
        label={say('page.address')}
        hint={say('page.hint')}
        value={typed}
        onInput={setTyped}
        maxLength={2000}
      />
      <StatusRegion text={verdict()} visible />
      <p>{say('doctor.text')}</p>
      {address && (
        <p>
          <a href={address} target="_blank" rel="noopener noreferrer">
            {say('doctor.open', { address })}
          </a>
        </p>
      )}
      <p class="muted">{say('doctor.silent')}</p>
    </section>
  );
}
