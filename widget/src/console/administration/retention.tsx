/** What is kept how long. */
import type { RetentionSettings, Settings } from '../../client/protocol';
import { useHere } from './context.tsx';
import { Group, NumberInput, TextArea } from './fields.tsx';
import { Form, useDraft } from './form.tsx';
import { type Key, useText } from './texts';

/** What the deletion job does not run over: it stays, goes with old copies, or is never written. */
const never = ['accounts', 'settings', 'copies', 'talk', 'media', 'log'] as const;

export default function RetentionPage() {
  const text = useText();
  const { settings } = useHere();
  const draft = useDraft<RetentionSettings>({
    name: 'retention',
    part: (s) => s.retention,
    below: 'authority',
    body: (retention) => ({ retention }),
    prefix: () => 'authority.retention.',
  });
  const { value: v, set, error } = draft;
  const hours = v.ticket_hours || 24;
  const days = v.audit_days || 90;
  const how = (k: Settings['kept'][number]) => {
    if (k.minutes > 48 * 60) return text('retention.days', { n: k.minutes / 60 / 24 });
    if (k.minutes >= 60) return text('retention.hours', { n: k.minutes / 60 });
    if (k.minutes > 0) return text('retention.minutes', { n: k.minutes });
    return text(k.own ? 'retention.own' : 'retention.good');
  };
  const cell = (row: string, column: string) => text(`retention.${row}.${column}` as Key);
  return (
    <Form draft={draft} title={text('page.retention')} lead={text('retention.lead')} saved={text('saved.retention')}>
      <table class="data">
        <thead>
          <tr>
            <th scope="col">{text('retention.what')}</th>
            <th scope="col">{text('retention.long')}</th>
          </tr>
        </thead>
        <tbody>
          {settings.kept.map((k) => (
            <tr key={k.what}>
              <th scope="row">{text(`kept.${k.what}` as Key)}</th>
              <td>{how(k)}</td>
            </tr>
          ))}
          {never.map((row) => (
            <tr key={row}>
              <th scope="row">{cell(row, 'what')}</th>
              <td>{cell(row, 'long')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Group title={text('retention.change')} hint={text('retention.changeHint')}>
        <div class="pair">
          <NumberInput
            label={text('field.ticket_hours')}
            hint={text('retention.ticketHint')}
            value={hours}
            min={1}
            max={24}
            error={error('ticket_hours')}
            onInput={(n) => set({ ticket_hours: n === 24 ? 0 : n })}
          />
          <NumberInput
            label={text('field.audit_days')}
            hint={text('retention.auditHint')}
            value={days}
            min={1}
            max={365}
            error={error('audit_days')}
            onInput={(n) => set({ audit_days: n === 90 ? 0 : n })}
          />
        </div>
        {(days > 90 || v.reason !== '') && (
          <TextArea
            label={text('field.reason')}
            hint={text('retention.reasonHint')}
            rows={3}
            maxLength={300}
            value={v.reason}
            error={error('reason')}
            onInput={(reason) => set({ reason })}
          />
        )}
      </Group>
    </Form>
  );
}
