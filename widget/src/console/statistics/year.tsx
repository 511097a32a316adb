/** What an authority publishes of a year, as a sentence to copy. */
import { useEffect, useState } from 'preact/hooks';
import type { StatisticsYear } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import type { ClerkClient } from '../clerk';
import { dateText, numberText, type Words } from './texts';

export function Year({
  client,
  year,
  today,
  words,
}: {
  client: ClerkClient;
  year: number;
  today: string;
  words: Words;
}) {
  const [figures, setFigures] = useState<StatisticsYear>();
  const [told, setTold] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    setFigures(undefined);
    setTold('');
    client.api.get<StatisticsYear>(`/api/v1/console/statistics/year?year=${year}`, { signal: abort.signal }).then(
      (answer) => {
        if (!abort.signal.aborted) setFigures(answer);
      },
      () => undefined, // the figures above have said what is wrong
    );
    return () => abort.abort();
  }, [year]);
  if (!figures) return null;
  const text = sentence(figures, today, words);
  const copy = () =>
    navigator.clipboard.writeText(text ?? '').then(
      () => setTold(words('year.copied')),
      () => setTold(words('year.notCopied')),
    );
  return (
    <section class="press" aria-labelledby="press">
      <h2 id="press">{words('year.title', { year })}</h2>
      <p class="sentence">{text ?? words('year.few', { year })}</p>
      {text && (
        <div class="steps">
          <Button kind="ghost" onClick={copy}>
            {words('year.copy')}
          </Button>
          <span role="status">{told}</span>
        </div>
      )}
    </section>
  );
}

/** Undefined where counts are hidden. */
export function sentence(f: StatisticsYear, today: string, words: Words): string | undefined {
  const { participants, visits } = f;
  if (participants.n === undefined || visits.n === undefined) return undefined;
  const text = words('year.sentence', {
    year: f.year,
    participants: numberText(participants.n, words.lang),
    visits: numberText(visits.n, words.lang),
    minutes: numberText(f.minutes_open, words.lang),
    contacts: f.contact_persons,
  });
  if (today > `${f.year}-12-31`) return text;
  return `${text} ${words('year.soFar', { day: dateText(today, words.lang) })}`;
}
