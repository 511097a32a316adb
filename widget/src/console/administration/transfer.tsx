/** All settings as one file: saved, and brought in after a look at what it would change. */
import { useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../../client/api';
import type { Imported } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useHere } from './context.tsx';
import { Group, Nothing, TextArea } from './fields.tsx';
import { sentence } from './form.tsx';
import { useText } from './texts';

type Changes = Imported['changes'];

export default function TransferPage() {
  const text = useText();
  const { model } = useHere();
  const [file, setFile] = useState('');
  const [changes, setChanges] = useState<Changes>();
  const [refusal, setRefusal] = useState<Refusal>();
  const [done, setDone] = useState('');
  const read = (words: string) => {
    setFile(words);
    setChanges(undefined);
    setRefusal(undefined);
    setDone('');
  };
  const send = async (dry: boolean) => {
    setRefusal(undefined);
    setDone('');
    try {
      const sent = model.client.api.post<Imported>('/api/v1/console/settings/import', { text: file, dry });
      const answer = await model.client.ask(sent);
      setChanges(dry ? answer.changes : undefined);
      if (dry) return;
      setDone(text('saved.import', { n: answer.changes.length }));
      await model.load();
    } catch (error) {
      setChanges(undefined);
      setRefusal(refusalOf(error));
    }
  };
  return (
    <>
      <h1>{text('page.transfer')}</h1>
      <Group title={text('transfer.export')} hint={text('transfer.exportHint')}>
        <a class="button" href="/api/v1/console/settings/export" download>
          {text('transfer.download')}
        </a>
      </Group>
      <Group title={text('transfer.import')} hint={text('transfer.importHint')}>
        <Field label={text('transfer.file')}>
          {(bound) => (
            <input
              {...bound}
              type="file"
              accept=".yaml,.yml,text/yaml,application/yaml"
              onChange={(e) => void e.currentTarget.files?.[0]?.text().then(read)}
            />
          )}
        </Field>
        <TextArea label={text('transfer.text')} rows={10} value={file} onInput={read} />
        <Alert>{refusal ? <Flaws refusal={refusal} /> : ''}</Alert>
        <div class="save">
          <Button onClick={() => send(true)} {...(file.trim() ? {} : { reason: text('transfer.noFile') })}>
            {text('transfer.check')}
          </Button>
          <span role="status" class="saved">
            {done}
          </span>
        </div>
        {changes && changes.length === 0 && <Nothing>{text('transfer.same')}</Nothing>}
        {changes && changes.length > 0 && (
          <>
            <Preview changes={changes} />
            <div class="save">
              <Button kind="danger" onClick={() => send(false)}>
                {text('transfer.apply', { n: changes.length })}
              </Button>
            </div>
          </>
        )}
      </Group>
    </>
  );
}

function Flaws({ refusal }: { refusal: Refusal }) {
  const text = useText();
  return (
    <>
      <p>{sentence(text, refusal.key, refusal.requestId)}</p>
      {refusal.flaws.length > 0 && (
        <ul>
          {refusal.flaws.map((f) => (
            <li key={`${f.line} ${f.path} ${f.key}`}>
              {f.line ? <strong>{text('transfer.line', { n: f.line })} </strong> : ''}
              {f.path && <code>{f.path}</code>} {sentence(text, f.key)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Preview({ changes }: { changes: Changes }) {
  const text = useText();
  return (
    <table class="data stacked">
      <caption>{text('transfer.would', { n: changes.length })}</caption>
      <thead>
        <tr>
          <th scope="col">{text('transfer.what')}</th>
          <th scope="col">{text('transfer.before')}</th>
          <th scope="col">{text('transfer.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((c) => (
          <tr key={c.path}>
            <th scope="row">
              <code>{c.path}</code>
            </th>
            <td>{c.before || '–'}</td>
            <td>{c.after || '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
