/** What the headers of the town's page must allow us, if it sends any, for the web servers that towns have. */
import { useState } from 'preact/hooks';
import { Copy } from '../../ui/copy.tsx';
import { Select } from '../../ui/field.tsx';
import { cspLine, cspParts, type Place, permissionsLine } from './lines';
import type { Say } from './texts';
import { copyWords } from './ways.tsx';

const places: readonly Place[] = ['plain', 'apache', 'nginx', 'meta'];

export function Policies({ origin, say }: { origin: string; say: Say }) {
  const [place, setPlace] = useState<Place>('plain');
  const words = copyWords(say);
  const permissions = permissionsLine(origin, place);
  return (
    <section>
      <h2>{say('policy.title')}</h2>
      <p>{say('policy.text')}</p>
      <Select
        label={say('policy.place')}
        value={place}
        onChange={(value) => setPlace(value as Place)}
        options={places.map((value) => ({ value, text: say(`policy.${value}`) }))}
      />
      <h3>Content-Security-Policy</h3>
      <p>{say('csp.text')}</p>
      {cspParts(origin).map(({ key, text }) => (
        <Copy key={key} label={say(`csp.${key}`)} text={text} words={words} />
      ))}
      <Copy label={say('csp.whole')} hint={say('csp.whole_hint')} text={cspLine(origin, place)} words={words} />
      <h3>Permissions-Policy</h3>
      <p>{say('permissions.text')}</p>
      {permissions ? (
        <Copy label={say('permissions.line')} text={permissions} words={words} />
      ) : (
        <p>{say('permissions.meta')}</p>
      )}
    </section>
  );
}
