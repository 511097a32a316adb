/** The operator's list: all authorities from outside, and founding another. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AuthorityList, Invited } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/field.tsx';
import '../account/account.css';
import { useAct } from '../account/act';
import { LinkDialog } from '../administration/link.tsx';
import { type Say, staffTexts } from '../administration/staff-texts';
import type { AreaProps } from '../areas.tsx';

const path = '/api/v1/operator/authorities';

export default function OperatorArea({ client, lang }: AreaProps) {
  const say = useMemo(() => staffTexts(lang), [lang]);
  const act = useAct(say);
  const [list, setList] = useState<AuthorityList>();
  const [founding, setFounding] = useState(false);
  const [link, setLink] = useState<Invited>();
  const [news, setNews] = useState('');
  const load = () => act.run(async () => setList(await client.ask(client.api.get<AuthorityList>(path))));
  useEffect(() => void load(), []);
  if (!list) {
    return (
      <main class="plain">
        <Alert>{act.said}</Alert>
        {act.said ? <Button onClick={load}>{say('again')}</Button> : <p role="status">{say('loading')}</p>}
      </main>
    );
  }
  const founded = (answer: Invited) => {
    setFounding(false);
    setNews(say('operator.founded'));
    if (answer.link) setLink(answer);
    void load();
  };
  return (
    <main class="sheet">
      <h1>{say('operator.title')}</h1>
      <p>{say('operator.lead')}</p>
      <Alert>{act.said}</Alert>
      <p role="status">{news}</p>
      <div class="row">
        <Button onClick={() => setFounding(true)}>{say('operator.found')}</Button>
      </div>
      <section>
        <ul class="plain-list">
          {list.authorities.map((a) => (
            <li key={a.slug} class="line">
              <span>
                <strong>{say.of(a.name)}</strong> <span class="muted">{a.slug}</span>
                <br />
                <span class="muted">
                  {say('operator.counts', { offices: a.offices, clerks: a.clerks })} ·{' '}
                  {say(a.published ? 'operator.public' : 'operator.private')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      {founding && <Found {...{ client, say }} onClose={() => setFounding(false)} onFounded={founded} />}
      {link && <LinkDialog invited={link} say={say} onClose={() => setLink(undefined)} />}
    </main>
  );
}

interface FoundProps extends Pick<AreaProps, 'client'> {
  say: Say;
  onClose: () => void;
  onFounded: (answer: Invited) => void;
}

function Found({ client, say, onClose, onFounded }: FoundProps) {
  const act = useAct(say);
  const [form, setForm] = useState({ authority: '', slug: '', name: '', email: '' });
  const submit = async (e: Event) => {
    e.preventDefault();
    await act.run(async () => onFounded(await client.ask(client.api.post<Invited>(path, form))));
  };
  const put = (more: Partial<typeof form>) => setForm((f) => ({ ...f, ...more }));
  return (
    <Dialog title={say('operator.found')} onClose={onClose} actions={null}>
      <form noValidate onSubmit={submit} class="stack">
        <Alert>{act.said}</Alert>
        <TextInput
          label={say('operator.authority')}
          required
          maxLength={120}
          value={form.authority}
          onInput={(authority) => put({ authority })}
        />
        <TextInput
          label={say('operator.slug')}
          hint={say('operator.slugHint')}
          required
          maxLength={63}
          value={form.slug}
          onInput={(slug) => put({ slug })}
        />
        <TextInput
          label={say('operator.admin')}
          required
          maxLength={120}
          value={form.name}
          onInput={(name) => put({ name })}
        />
        <TextInput
          label={say('email')}
          type="email"
          autocomplete="off"
          required
          maxLength={254}
          value={form.email}
          onInput={(email) => put({ email })}
        />
        <div class="actions">
          <Button kind="ghost" onClick={onClose}>
            {say('cancel')}
          </Button>
          <Button submit busy={act.busy}>
            {say('send')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
