/** Signing in. Paste and password managers work, nothing has to be remembered or solved (A30). */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api';
import type { SignInWays, Start } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { accountTexts } from './account/texts';
import { address } from './areas.tsx';
import { remembered } from './clerk';
import { useWork } from './context.tsx';
import { refusalText } from './refusal';
import { useText } from './texts';

/** What the address says: "anmelden/SLUG" or "refused/KEY/SLUG" after a single sign-on that did not work. */
function asked(at: string): { slug: string; key: string } {
  const [word, ...rest] = at.split('/');
  if (word === 'anmelden') return { slug: rest[0] ?? '', key: '' };
  if (word === 'refused') return { slug: rest[1] === '-' ? '' : (rest[1] ?? ''), key: rest[0] ?? '' };
  return { slug: '', key: '' };
}

export function SignIn({ over, lang }: { over: boolean; lang: string }) {
  const work = useWork();
  const text = useText();
  const say = useMemo(() => accountTexts(lang), [lang]);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [visible, setVisible] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [start, setStart] = useState<Start>();
  const [ways, setWays] = useState<SignInWays>();
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const sending = useRef(false);
  const { slug, key } = asked(address.value);
  const authority = slug || remembered();
  useEffect(() => first.current?.focus(), []);
  useEffect(() => {
    // Neither is needed for the form: without an answer it is there all the same.
    work.client.api.get<Start>('/api/v1/console/start').then(setStart, () => undefined);
    if (!authority) return;
    const path = `/api/v1/console/authorities/${encodeURIComponent(authority)}/sign-in`;
    work.client.api.get<SignInWays>(path).then(setWays, () => setWays(undefined));
  }, [authority]);

  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    work.bell.wake();
    if (!email.trim()) return first.current?.focus();
    if (!password) return second.current?.focus();
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setRefusal(undefined);
    try {
      await work.client.signIn(email.trim(), password);
    } catch (error) {
      setRefusal(refusalOf(error));
      second.current?.focus();
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  const said = refusal
    ? (say.maybe(`error.${refusal.key}`) ?? refusalText(text, refusal))
    : key && (say.maybe(`error.${key}`) ?? text.maybe(`error.${key}`) ?? say('error.sso_failed'));

  return (
    <main class="plain">
      <form class="card" noValidate onSubmit={submit}>
        <h1>{text('signin.title')}</h1>
        <p class="muted">{text('signin.lead')}</p>
        {over && !refusal && <Alert kind="notice">{text('signin.over')}</Alert>}
        {start?.setup && (
          <div class="with-button">
            <p>{say('signin.setup')}</p>
            <a class="button" href="#/setup">
              {say('signin.setupGo')}
            </a>
          </div>
        )}
        <Alert>{said}</Alert>
        {ways?.sso && (
          <>
            <a class="button" href={`/api/v1/console/sso/${encodeURIComponent(ways.slug)}`}>
              {say('signin.sso', { name: text.of(ways.name) })}
            </a>
            <p class="muted">{say('signin.or')}</p>
          </>
        )}
        <TextInput
          label={text('signin.email')}
          type="email"
          name="email"
          autocomplete="username"
          required
          maxLength={254}
          value={email}
          onInput={setEmail}
          error={tried && !email.trim() ? text('signin.needEmail') : undefined}
          element={first}
        />
        <TextInput
          label={text('signin.password')}
          type={visible ? 'text' : 'password'}
          name="password"
          autocomplete="current-password"
          required
          maxLength={256}
          value={password}
          onInput={setPassword}
          error={tried && !password ? text('signin.needPassword') : undefined}
          element={second}
        />
        <label class="tick">
          <input type="checkbox" checked={visible} onChange={(e) => setVisible(e.currentTarget.checked)} />
          {text('signin.show')}
        </label>
        <Button submit busy={busy} {...(ways?.sso ? { kind: 'ghost' } : {})}>
          {text('signin.submit')}
        </Button>
        <p>
          <a href="#/forgotten">{say('signin.forgotten')}</a>
        </p>
      </form>
    </main>
  );
}
