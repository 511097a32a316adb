/** The audit log: who did what when, without contents. */
import { useEffect, useState } from 'preact/hooks';
import type { AuditLog } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { useHere } from './context.tsx';
import { Nothing } from './fields.tsx';
import { useText } from './texts';

const day = (ago: number) =>
  new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: 'Europe/Berlin' }).format(
    Date.now() - ago * 86_400_000,
  );

export default function AuditPage() {
  const text = useText();
  const { model } = useHere();
  const [from, setFrom] = useState(() => day(30));
  const [to, setTo] = useState(() => day(0));
  const [log, setLog] = useState<AuditLog | 'lost'>();
  const right = from !== '' && to !== '' && from <= to;
  const query = `from=${from}&to=${to}&lang=${text.lang}`;
  const load = () => {
    if (!right) return;
    let current = true;
    model.client.ask(model.client.api.get<AuditLog>(`/api/v1/console/settings/audit?${query}`)).then(
      (found) => current && setLog(found),
      () => current && setLog('lost'),
    );
    return () => {
      current = false;
    };
  };
  useEffect(load, [from, to]);
  const time = (at: string) =>
    new Intl.DateTimeFormat(text.lang, { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Berlin' }).format(
      new Date(at),
    );
  return (
    <>
      <h1>{text('page.audit')}</h1>
      <p class="lead">{text('audit.lead')}</p>
      <div class="interval">
        <TextInput
          type="date"
          label={text('audit.from')}
          value={from}
          error={right ? undefined : text('error.hours_validity')}
          onInput={setFrom}
        />
        <TextInput type="date" label={text('audit.to')} value={to} onInput={setTo} />
        <a class="button ghost" href={`/api/v1/console/settings/audit.csv?${query}`} download>
          {text('audit.csv')}
        </a>
      </div>
      {log === undefined && <p role="status">{text('loading')}</p>}
      {log === 'lost' && (
        <>
          <Alert>{text('lost')}</Alert>
          <Button onClick={load}>{text('again')}</Button>
        </>
      )}
      {log && log !== 'lost' && log.lines.length === 0 && <Nothing>{text('audit.none')}</Nothing>}
      {log && log !== 'lost' && log.lines.length > 0 && (
        <>
          <p role="status" class="muted small">
            {text(log.more ? 'audit.more' : 'audit.count', { n: log.lines.length })}
          </p>
          <table class="data stacked">
            <thead>
              <tr>
                <th scope="col">{text('audit.at')}</th>
                <th scope="col">{text('audit.who')}</th>
                <th scope="col">{text('audit.act')}</th>
                <th scope="col">{text('audit.where')}</th>
                <th scope="col">{text('audit.detail')}</th>
              </tr>
            </thead>
            <tbody>
              {log.lines.map((line, i) => (
                <tr key={i}>
                  <td class="num">{time(line.at)}</td>
                  <td>{line.who || '–'}</td>
                  <td>{text.maybe(`act.${line.act}`) ?? line.act}</td>
                  <td>{line.office || '–'}</td>
                  <td class="small">{[line.subject, line.detail].filter(Boolean).join(' · ') || '–'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
