/** Embedding: what to paste where, how it looks, what the town's web server must allow, and how to check it. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { refusalOf } from '../../client/api';
import type { Embedding } from '../../protocol.gen.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import type { AreaProps } from '../areas.tsx';
import { refusalText } from '../refusal';
import { useText } from '../texts';
import type { Choice } from './lines';
import { Look } from './look.tsx';
import { PageCheck } from './page-check.tsx';
import { Policies } from './policies.tsx';
import { embeddingTexts } from './texts';
import { Ways } from './ways.tsx';

export default function EmbeddingArea({ client, lang, session }: AreaProps) {
  const say = useMemo(() => embeddingTexts(lang), [lang]);
  const text = useText();
  const [data, setData] = useState<Embedding>();
  const [failed, setFailed] = useState('');
  const [choice, setChoice] = useState<Choice>({ offices: [], lang: '', heading: '3' });
  const load = async () => {
    setFailed('');
    try {
      const answer = await client.ask(client.api.get<Embedding>('/api/v1/console/embedding'));
      setData(answer);
      setChoice((before) => ({ ...before, offices: answer.offices.map((office) => office.slug) }));
    } catch (error) {
      setFailed(refusalText(text, refusalOf(error)));
    }
  };
  useEffect(() => void load(), []);
  if (!data) {
    return (
      <main class="plain">
        <Alert>{failed}</Alert>
        {failed ? <Button onClick={load}>{text('app.retry')}</Button> : <p role="status">{text('app.loading')}</p>}
      </main>
    );
  }
  return (
    <main class="embedding">
      <h1>{say('title')}</h1>
      <p>{say('intro')}</p>
      <Look data={data} choice={choice} onChoice={setChoice} say={say} />
      <Ways data={data} choice={choice} say={say} />
      <PageCheck data={data} say={say} admin={session.role !== 'supervisor'} />
      <Policies origin={data.origin} say={say} />
      <section>
        <h2>{say('sri.title')}</h2>
        <p>{say('sri.text')}</p>
      </section>
    </main>
  );
}
