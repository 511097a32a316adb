/** Signing in. Paste and password managers work, nothing has to be remembered or solved (A30). */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../client/api';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { TextInput } from '../ui/field.tsx';
import { useWork } from './context.tsx';
import { refusalText } from './refusal';
import { useText } from './texts';

export function SignIn({ over }: { over: boolean }) {
  const work = useWork();
  const text = useText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [visible, setVisible] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const sending = useRef(false);
  useEffect(() => first.current?.focus(), []);

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

  return (
    <main class="plain">
      <form class="card" noValidate onSubmit={submit}>
        <h1>{text('signin.title')}</h1>
        <p class="muted">{text('signin.lead')}</p>
        {over && !refusal && <Alert kind="notice">{text('signin.over')}</Alert>}
        <Alert>{refusal && refusalText(text, refusal)}</Alert>
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
        <Button submit busy={busy}>
          {text('signin.submit')}
        </Button>
      </form>
    </main>
  );
}
