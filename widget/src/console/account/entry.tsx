/** The ways in beside e-mail and password: the second step, a link, a forgotten password, the first administrator. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Account, ClerkSession, PasskeyOptions, Start, TokenOwner } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { address } from '../areas.tsx';
import type { ClerkClient } from '../clerk';
import './account.css';
import { useAct } from './act';
import { Factors } from './factors.tsx';
import { Code, NewPassword } from './fields.tsx';
import { passkeysWork, usePasskey } from './passkey';
import { accountTexts, type Say } from './texts';

const path = '/api/v1/console';

export interface EntryProps {
  client: ClerkClient;
  lang: string;
  /** What the address names: "invitation/TOKEN". Empty: the session wants its next step. */
  at: string;
  session?: ClerkSession | undefined;
}

interface Page {
  client: ClerkClient;
  say: Say;
}

export default function Entry({ client, lang, at, session }: EntryProps) {
  const say = useMemo(() => accountTexts(lang), [lang]);
  const [kind = '', token = ''] = at.split('/');
  // A token does not stay in the address, nor in the history of the browser.
  useEffect(() => {
    if (token) history.replaceState(null, '', `#/${kind}`);
  }, [kind, token]);
  switch (kind) {
    case 'invitation':
    case 'reset':
      return <SetPassword client={client} say={say} token={token} />;
    case 'setup':
      return <Setup client={client} say={say} />;
    case 'forgotten':
      return <Forgotten client={client} say={say} />;
  }
  if (session?.stage === 'enrol') return <Enrol client={client} say={say} />;
  return <Step client={client} say={say} session={session} />;
}

/** Leads away from a page of this file, to wherever the session may go. */
function goOn(client: ClerkClient, session?: ClerkSession): void {
  history.replaceState(null, '', '#/');
  address.value = '';
  if (session) client.enter(session);
}

function Back({ client, say }: Page) {
  const leave = async () => {
    await client.signOut().catch(() => client.left());
    goOn(client);
  };
  return (
    <Button kind="ghost" onClick={leave} label={say('step.back')}>
      {say('step.back')}
    </Button>
  );
}

function Step({ client, say, session }: Page & { session?: ClerkSession | undefined }) {
  const act = useAct(say);
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const passkeys = (session?.factors.passkeys ?? 0) > 0 && passkeysWork();
  useEffect(() => field.current?.focus(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (!code.trim()) return field.current?.focus();
    const body = { code: code.trim() };
    const done = await act.run(async () =>
      client.enter(await client.ask(client.api.post<ClerkSession>(`${path}/session/code`, body))),
    );
    if (!done) field.current?.select();
  };
  const passkey = () =>
    act.run(async () => {
      const { options } = await client.ask(client.api.post<PasskeyOptions>(`${path}/session/passkey-options`));
      const credential = await usePasskey(options);
      client.enter(await client.ask(client.api.post<ClerkSession>(`${path}/session/passkey`, { credential })));
    });
  return (
    <main class="plain">
      <form class="card" noValidate onSubmit={submit}>
        <h1>{say('step.title')}</h1>
        <p>{say('step.lead', { name: session?.name ?? '' })}</p>
        <Alert>{act.said}</Alert>
        {passkeys && (
          <Button onClick={passkey} busy={act.busy}>
            {say('step.passkey')}
          </Button>
        )}
        {session?.factors.totp && (
          <>
            <Code
              say={say}
              value={code}
              onInput={setCode}
              error={tried && !code.trim() ? say('need.code') : undefined}
              element={field}
            />
            <Button submit busy={act.busy} {...(passkeys ? { kind: 'ghost' } : {})}>
              {say('step.codeGo')}
            </Button>
          </>
        )}
        <p class="muted">{say('step.lost')}</p>
        <Back client={client} say={say} />
      </form>
    </main>
  );
}

function Enrol({ client, say }: Page) {
  const act = useAct(say);
  const [account, setAccount] = useState<Account>();
  const load = () => act.run(async () => setAccount(await client.ask(client.api.get<Account>(`${path}/account`))));
  useEffect(() => void load(), []);
  return (
    <main class="plain">
      <div class="card">
        <h1>{say('enrol.title')}</h1>
        <p>{say('enrol.lead')}</p>
        <Alert>{act.said}</Alert>
        {account ? (
          <Factors
            client={client}
            say={say}
            account={account}
            enrolling
            onDone={(session) => session && client.enter(session)}
          />
        ) : act.said ? (
          <Button onClick={load}>{say('again')}</Button>
        ) : (
          <p role="status">{say('loading')}</p>
        )}
        <Back client={client} say={say} />
      </div>
    </main>
  );
}

function SetPassword({ client, say, token }: Page & { token: string }) {
  const act = useAct(say);
  const [owner, setOwner] = useState<TokenOwner>();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const kept = useRef(token);
  const field = useRef<HTMLInputElement>(null);
  const look = () =>
    act.run(async () => setOwner(await client.api.post<TokenOwner>(`${path}/password/token`, { token: kept.current })));
  useEffect(() => void look(), []);
  useEffect(() => field.current?.focus(), [owner]);
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (!password) return field.current?.focus();
    const body = { token: kept.current, password };
    await act.run(async () => goOn(client, await client.api.post<ClerkSession>(`${path}/password/set`, body)));
  };
  return (
    <main class="plain">
      <form class="card" noValidate onSubmit={submit}>
        <h1>{owner?.kind === 'invitation' ? say('token.invitation', { name: owner.name }) : say('token.reset')}</h1>
        <Alert>{act.said}</Alert>
        {!owner && !act.said && <p role="status">{say('token.wait')}</p>}
        {owner ? (
          <>
            <p>{say('token.lead', { authority: say.of(owner.authority) })}</p>
            <TextInput
              label={say('setup.email')}
              name="username"
              type="email"
              autocomplete="username"
              readOnly
              value={owner.email}
              onInput={() => undefined}
            />
            <NewPassword
              say={say}
              value={password}
              onInput={setPassword}
              error={tried && !password ? say('need.text') : undefined}
              element={field}
            />
            <Button submit busy={act.busy}>
              {say('token.go')}
            </Button>
          </>
        ) : (
          act.said && (
            <Button kind="ghost" onClick={() => goOn(client)}>
              {say('step.back')}
            </Button>
          )
        )}
      </form>
    </main>
  );
}

function Forgotten({ client, say }: Page) {
  const act = useAct(say);
  const [email, setEmail] = useState('');
  const [tried, setTried] = useState(false);
  const [mail, setMail] = useState<boolean>();
  const [sent, setSent] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void act.run(async () => setMail((await client.api.get<Start>(`${path}/start`)).mail));
  }, []);
  useEffect(() => field.current?.focus(), [mail]);
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (!email.trim()) return field.current?.focus();
    if (await act.run(() => client.api.post(`${path}/password/forgotten`, { email: email.trim() }))) setSent(true);
  };
  return (
    <main class="plain">
      <form class="card" noValidate onSubmit={submit}>
        <h1>{say('forgot.title')}</h1>
        <Alert>{act.said}</Alert>
        {mail === false && <p>{say('forgot.none')}</p>}
        <p role="status">{sent && say('forgot.done')}</p>
        {mail && !sent && (
          <>
            <p>{say('forgot.lead')}</p>
            <TextInput
              label={say('setup.email')}
              name="email"
              type="email"
              autocomplete="username"
              required
              maxLength={254}
              value={email}
              onInput={setEmail}
              error={tried && !email.trim() ? say('need.email') : undefined}
              element={field}
            />
            <Button submit busy={act.busy}>
              {say('forgot.go')}
            </Button>
          </>
        )}
        <Button kind="ghost" onClick={() => goOn(client)}>
          {say('step.back')}
        </Button>
      </form>
    </main>
  );
}

function Setup({ client, say }: Page) {
  const act = useAct(say);
  const [form, setForm] = useState({ token: '', authority: '', slug: '', name: '', email: '', password: '' });
  const [tried, setTried] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => element.current?.querySelector('input')?.focus(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (Object.values(form).some((v) => !v.trim())) {
      return [...(element.current?.querySelectorAll('input') ?? [])]
        .find((i) => i.required && !i.value.trim())
        ?.focus();
    }
    await act.run(async () => goOn(client, await client.api.post<ClerkSession>(`${path}/setup`, form)));
  };
  const field = (name: keyof typeof form, label: string, max: number, more: object = {}) => (
    <TextInput
      label={label}
      name={name}
      required
      maxLength={max}
      value={form[name]}
      onInput={(value) => setForm((f) => ({ ...f, [name]: value }))}
      error={tried && !form[name].trim() ? say('need.text') : undefined}
      {...more}
    />
  );
  return (
    <main class="plain">
      <form ref={element} class="card" noValidate onSubmit={submit}>
        <h1>{say('setup.title')}</h1>
        <p>{say('setup.lead')}</p>
        <Alert>{act.said}</Alert>
        {field('token', say('setup.token'), 64, { autocomplete: 'off' })}
        {field('authority', say('setup.authority'), 120, { autocomplete: 'organization' })}
        {field('slug', say('setup.slug'), 63, { hint: say('setup.slugHint'), autocomplete: 'off' })}
        {field('name', say('setup.name'), 120, { hint: say('setup.nameHint'), autocomplete: 'name' })}
        {field('email', say('setup.email'), 254, { type: 'email', autocomplete: 'username' })}
        <NewPassword
          say={say}
          value={form.password}
          onInput={(password) => setForm((f) => ({ ...f, password }))}
          error={tried && !form.password ? say('need.text') : undefined}
        />
        <Button submit busy={act.busy}>
          {say('setup.go')}
        </Button>
      </form>
    </main>
  );
}
