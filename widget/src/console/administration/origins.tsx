/** The sites that may show the widget. */
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Nothing } from './fields.tsx';
import { Form, useDraft } from './form.tsx';
import { useText } from './texts';

export default function OriginsPage() {
  const text = useText();
  const draft = useDraft<{ list: string[] }>({
    name: 'origins',
    part: (s) => ({ list: s.origins }),
    below: 'authority',
    body: (origins) => ({ origins: { list: origins.list.map(originOf) } }),
    prefix: () => 'authority.',
  });
  const { list } = draft.value;
  return (
    <Form draft={draft} title={text('page.origins')} lead={text('origins.lead')} saved={text('saved.origins')}>
      {list.length === 0 && <Nothing>{text('origins.none')}</Nothing>}
      <ol class="rows">
        {list.map((origin, i) => (
          <li key={i}>
            <TextInput
              label={text('origins.site', { n: i + 1 })}
              value={origin}
              maxLength={200}
              error={draft.error(`origins.${i}`)}
              onInput={(next) => draft.set({ list: list.map((o, at) => (at === i ? next : o)) })}
            />
            <div class="tools">
              <Button
                kind="ghost"
                label={`${text('remove')}: ${origin || text('origins.site', { n: i + 1 })}`}
                onClick={() => draft.set({ list: list.filter((_, at) => at !== i) })}
              >
                {text('remove')}
              </Button>
            </div>
          </li>
        ))}
      </ol>
      <Button kind="ghost" onClick={() => draft.set({ list: [...list, 'https://'] })}>
        {text('origins.add')}
      </Button>
      <p class="muted">{text('origins.hint')}</p>
    </Form>
  );
}

/** What people paste is often a page's whole address. Its origin is meant. */
export function originOf(pasted: string): string {
  const m = /^(https?:\/\/[^/\s?#]+)/i.exec(pasted.trim());
  return m?.[1]?.toLowerCase() ?? pasted.trim();
}
