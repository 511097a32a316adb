/** Second factors: an app with codes, and passkeys. Also shown to who must set one up before anything else. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Account, ClerkSession, NewTOTP, PasskeyOptions } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/field.tsx';
import type { ClerkClient } from '../clerk';
import { useAct } from './act';
import { Code, Password } from './fields.tsx';
import { createPasskey, passkeysWork } from './passkey';
import type { Say } from './texts';

const path = '/api/v1/console/account';

interface FactorsProps {
  client: ClerkClient;
  say: Say;
  account: Account;
  /** A login that waits for its factor needs no second proof. */
  enrolling?: boolean;
  /** Something has changed. A login that waited goes on with this session. */
  onDone: (session?: ClerkSession) => void;
}

type Open =
  | { kind: 'totp' }
  | { kind: 'passkey'; name: string }
  | { kind: 'remove'; path: string; name: string }
  | undefined;

export function Factors({ client, say, account, enrolling, onDone }: FactorsProps) {
  const act = useAct(say);
  const [asks, setAsks] = useState<Open>();
  const [key, setKey] = useState<NewTOTP>();
  const [name, setName] = useState(say('factor.passkeyDefault'));
  const [news, setNews] = useState('');
  const begin = async (open: NonNullable<Open>, password: string) => {
    const proof = password ? { password } : {};
    setNews('');
    const done = await act.run(async () => {
      if (open.kind === 'totp') {
        setKey(await client.ask(client.api.post<NewTOTP>(`${path}/totp`, proof)));
      } else if (open.kind === 'passkey') {
        const { options } = await client.ask(client.api.post<PasskeyOptions>(`${path}/passkey-options`, proof));
        const credential = await createPasskey(options);
        const body = { name: open.name, credential };
        const session = await client.ask(client.api.post<ClerkSession>(`${path}/passkeys`, body));
        setNews(say('factor.added'));
        onDone(session);
      } else {
        await client.ask(client.api.post(open.path, proof));
        setNews(say('factor.removed'));
        onDone();
      }
    });
    if (done) setAsks(undefined);
  };
  const start = (open: NonNullable<Open>) => (enrolling ? begin(open, '') : setAsks(open));
  return (
    <>
      <Alert>{!asks && act.said}</Alert>
      <p role="status">{news}</p>
      <h3>{say('factor.app')}</h3>
      <p>{account.totp ? say('factor.appOn') : say('factor.appText')}</p>
      {key ? (
        <Confirm
          client={client}
          say={say}
          totp={key}
          onDone={(session) => {
            setKey(undefined);
            setNews(say('factor.added'));
            onDone(session);
          }}
        />
      ) : (
        <div class="row">
          {account.totp ? (
            <Button
              kind="ghost"
              label={say('factor.removeNamed', { name: say('factor.app') })}
              onClick={() => setAsks({ kind: 'remove', path: `${path}/totp/remove`, name: say('factor.app') })}
            >
              {say('factor.removeNamed', { name: say('factor.app') })}
            </Button>
          ) : (
            <Button busy={act.busy} onClick={() => start({ kind: 'totp' })}>
              {say('factor.appAdd')}
            </Button>
          )}
        </div>
      )}
      {passkeysWork() && (
        <>
          <h3>{say('factor.passkeys')}</h3>
          <p>{say('factor.passkeysText')}</p>
          {account.passkeys.length > 0 && (
            <ul class="plain-list">
              {account.passkeys.map((p) => (
                <li key={p.id} class="line">
                  <span>
                    <strong>{p.name}</strong>{' '}
                    <span class="muted">
                      {say('factor.passkeySince', {
                        since: day(p.created_at, say.lang),
                        used: day(p.used_at, say.lang),
                      })}
                    </span>
                  </span>
                  <Button
                    kind="ghost"
                    label={say('factor.removeNamed', { name: p.name })}
                    onClick={() => setAsks({ kind: 'remove', path: `${path}/passkeys/${p.id}/remove`, name: p.name })}
                  >
                    {say('factor.remove')}
                  </Button>
                </li>
              ))}
            </ul>
          )}
          <TextInput label={say('factor.passkeyName')} maxLength={60} value={name} onInput={setName} />
          <div class="row">
            <Button
              busy={act.busy}
              onClick={() => start({ kind: 'passkey', name: name.trim() || say('factor.passkeys') })}
            >
              {say('factor.passkeyAdd')}
            </Button>
          </div>
        </>
      )}
      {asks && (
        <Proof
          say={say}
          title={asks.kind === 'remove' ? say('factor.removeNamed', { name: asks.name }) : say('factor.title')}
          busy={act.busy}
          said={act.said}
          onClose={() => setAsks(undefined)}
          onProof={(password) => begin(asks, password)}
        />
      )}
    </>
  );
}

function day(when: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'Europe/Berlin' }).format(new Date(when));
}

interface ProofProps {
  say: Say;
  title: string;
  busy: boolean;
  said: string;
  onClose: () => void;
  onProof: (password: string) => Promise<void>;
}

function Proof({ say, title, busy, said, onClose, onProof }: ProofProps) {
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (!password) return field.current?.focus();
    void onProof(password);
  };
  return (
    <Dialog title={title} onClose={onClose} actions={null}>
      <form noValidate onSubmit={submit} class="stack">
        <p>{say('factor.proof')}</p>
        <Alert>{said}</Alert>
        <Password
          say={say}
          label={say('account.current')}
          value={password}
          onInput={setPassword}
          error={tried && !password ? say('need.password') : undefined}
          element={field}
        />
        <div class="actions">
          <Button kind="ghost" onClick={onClose}>
            {say('factor.cancel')}
          </Button>
          <Button submit busy={busy}>
            {say('factor.proofGo')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ConfirmProps {
  client: ClerkClient;
  say: Say;
  totp: NewTOTP;
  onDone: (session: ClerkSession) => void;
}

function Confirm({ client, say, totp, onDone }: ConfirmProps) {
  const act = useAct(say);
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = async (e: Event) => {
    e.preventDefault();
    setTried(true);
    if (!code.trim()) return field.current?.focus();
    await act.run(async () => {
      onDone(await client.ask(client.api.post<ClerkSession>(`${path}/totp/confirm`, { code: code.trim() })));
    });
  };
  const { size, path: drawing } = totp.qr;
  return (
    <form noValidate onSubmit={submit} class="stack">
      <p>{say('factor.scan')}</p>
      <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={say('factor.qr')}>
        <rect width={size} height={size} fill="#ffffff" />
        <path d={drawing} fill="#000000" />
      </svg>
      <p>
        {say('factor.key')}: <code class="secret">{totp.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
      </p>
      <Alert>{act.said}</Alert>
      <Code
        say={say}
        value={code}
        onInput={setCode}
        error={tried && !code.trim() ? say('need.code') : undefined}
        element={field}
      />
      <div class="row">
        <Button submit busy={act.busy}>
          {say('factor.confirm')}
        </Button>
      </div>
    </form>
  );
}
