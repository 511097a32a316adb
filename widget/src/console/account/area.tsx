/** The own account: password, second factors, where one is signed in. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Account, SessionList } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import type { AreaProps } from '../areas.tsx';
import './account.css';
import { useAct } from './act';
import { Factors } from './factors.tsx';
import { NewPassword, Password } from './fields.tsx';
import { accountTexts, type Say } from './texts';

const path = '/api/v1/console/account';

export default function AccountArea({ client, lang }: AreaProps) {
  const say = useMemo(() => accountTexts(lang), [lang]);
  const act = useAct(say);
  const [account, setAccount] = useState<Account>();
  const load = () => act.run(async () => setAccount(await client.ask(client.api.get<Account>(path))));
  useEffect(() => void load(), []);
  if (!account) {
    return (
      <main class="plain">
        <Alert>{act.said}</Alert>
        {act.said ? <Button onClick={load}>{say('again')}</Button> : <p role="status">{say('loading')}</p>}
      </main>
    );
  }
  return (
    <main class="sheet">
      <h1>{say('account.title')}</h1>
      <p>{say('account.who', { name: account.name, email: account.email })}</p>
      {account.password ? (
        <>
          <ChangePassword client={client} say={say} email={account.email} />
          <section>
            <h2>{say('factor.title')}</h2>
            <p>
              {say('factor.why')} {account.second_factor && say('factor.needed')}
            </p>
            <Factors client={client} say={say} account={account} onDone={() => void load()} />
          </section>
        </>
      ) : (
        <p>{say('account.sso')}</p>
      )}
      <Sessions client={client} say={say} />
    </main>
  );
}

type Part = Pick<AreaProps, 'client'> & { say: Say };

function ChangePassword({ client, say, email }: Part & { email: string }) {
  const act = useAct(say);
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const [news, setNews] = useState('');
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    setNews('');
    if (!current || !next) return;
    if (!(await act.run(() => client.ask(client.api.put(`${path}/password`, { current, next }))))) return;
    setCurrent('');
    setNext('');
    setTried(false);
    setNews(say('account.changed'));
  };
  return (
    <section>
      <h2>{say('account.password')}</h2>
      <form noValidate onSubmit={submit} class="stack">
        {/* For password managers: whose password this is. */}
        <input type="text" name="username" autocomplete="username" value={email} readOnly hidden />
        <Alert>{act.said}</Alert>
        <p role="status">{news}</p>
        <Password
          say={say}
          label={say('account.current')}
          value={current}
          onInput={setCurrent}
          error={tried && !current ? say('need.password') : undefined}
        />
        <NewPassword say={say} value={next} onInput={setNext} error={tried && !next ? say('need.text') : undefined} />
        <div class="row">
          <Button submit busy={act.busy}>
            {say('account.change')}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Sessions({ client, say }: Part) {
  const act = useAct(say);
  const [list, setList] = useState<SessionList['sessions']>([]);
  const [news, setNews] = useState('');
  const load = () =>
    act.run(async () => setList((await client.ask(client.api.get<SessionList>(`${path}/sessions`))).sessions));
  useEffect(() => void load(), []);
  const end = async (id: string) => {
    setNews('');
    if (!(await act.run(() => client.ask(client.api.delete(`${path}/sessions/${id}`))))) return;
    setNews(say('sessions.ended'));
    await load();
  };
  const all = async () => {
    if (await act.run(() => client.ask(client.api.delete(`${path}/sessions`)))) client.left();
  };
  const when = (t: string) =>
    new Intl.DateTimeFormat(say.lang, { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Berlin' }).format(
      new Date(t),
    );
  return (
    <section>
      <h2>{say('sessions.title')}</h2>
      <Alert>{act.said}</Alert>
      <p role="status">{news}</p>
      <ul class="plain-list">
        {list.map((s) => {
          const name = s.agent || say('sessions.unknown');
          return (
            <li key={s.id} class="line">
              <span>
                <strong>{name}</strong> {s.current && <span class="badge">{say('sessions.this')}</span>}{' '}
                <span class="muted">{say('sessions.line', { since: when(s.since), seen: when(s.seen) })}</span>
              </span>
              {!s.current && (
                <Button kind="ghost" label={say('sessions.endNamed', { name })} onClick={() => end(s.id)}>
                  {say('sessions.end')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <p class="muted">{say('sessions.rule')}</p>
      <div class="row">
        <Button kind="danger" onClick={all}>
          {say('sessions.all')}
        </Button>
      </div>
    </section>
  );
}
