/** Statistics: what is asked for, the key figures, a chart with its table for each kind of figure, and the year for the press. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../../client/api';
import type { Statistics } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import type { AreaProps } from '../areas.tsx';
import { timeText } from '../texts';
import { Cards } from './cards.tsx';
import { Charts } from './charts.tsx';
import { Choice } from './choice.tsx';
import { address, asks, dayOf, first, type Query } from './query';
import { dateText, type Words, wordsOf } from './texts';
import { Year } from './year.tsx';

type Answer = { figures?: Statistics; refusal?: Refusal; busy: boolean };

export default function Area({ session, client, lang }: AreaProps) {
  const words = useMemo(() => wordsOf(lang), [lang]);
  const today = dayOf(client.clock.peek());
  const [query, setQuery] = useState<Query>(() => first(today));
  const [tries, setTries] = useState(0);
  const [answer, setAnswer] = useState<Answer>({ busy: true });

  useEffect(() => {
    if (!asks(query)) return;
    const abort = new AbortController();
    setAnswer((a) => ({ ...a, busy: true }));
    client.api.get<Statistics>(address(query), { signal: abort.signal }).then(
      (figures) => {
        if (!abort.signal.aborted) setAnswer({ figures, busy: false });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ refusal: refusalOf(error), busy: false });
      },
    );
    return () => abort.abort();
  }, [address(query), tries]);

  const { figures, refusal } = answer;
  return (
    <main class="statistics" lang={lang}>
      <header>
        <h1>{words('title')}</h1>
        <p class="muted">{words('about')}</p>
      </header>
      <Choice query={query} figures={figures} today={today} words={words} onQuery={setQuery} />
      <p role="status" class="small muted">
        {answer.busy ? words('loading') : figures ? words('loaded', { span: spanText(figures, words) }) : ''}
      </p>
      <Alert>{refusal ? sentence(refusal, words) : ''}</Alert>
      {refusal && <Button onClick={() => setTries(tries + 1)}>{words('retry')}</Button>}
      {figures && (
        <>
          {isEmpty(figures) && <p class="nothing">{words('nothing')}</p>}
          <Cards figures={figures} words={words} />
          {isHiding(figures) && <p class="note">{words('hidden.note')}</p>}
          <Charts figures={figures} words={words} />
          <p class="small muted">
            {words('at', { day: dateText(dayOf(Date.parse(figures.at)), lang), time: timeText(figures.at, lang) })}
          </p>
          {session.role !== 'supervisor' && (
            <Year client={client} year={Number(figures.to.slice(0, 4))} today={today} words={words} />
          )}
        </>
      )}
    </main>
  );
}

function spanText(figures: Statistics, words: Words): string {
  const [from, to] = [dateText(figures.from, words.lang), dateText(figures.to, words.lang)];
  return from === to ? from : words('span.shown', { from, to });
}

function sentence(refusal: Refusal, words: Words): string {
  return words.maybe(`error.${refusal.key}`) ?? words.maybe('error.internal') ?? refusal.key;
}

const counts = ['drawn', 'served', 'left', 'missed', 'closed', 'visits', 'participants'] as const;

function isHiding(figures: Statistics): boolean {
  return [figures.total, ...figures.rows].some((row) => counts.some((name) => row[name]?.hidden));
}

function isEmpty({ total }: Statistics): boolean {
  return counts.every((name) => (total[name]?.n ?? (total[name] ? 1 : 0)) === 0) && !total.minutes_open;
}
