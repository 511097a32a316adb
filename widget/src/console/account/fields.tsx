/** Fields of signing in. Pasting and password managers work everywhere (A30). */
import type { Ref } from 'preact';
import { useState } from 'preact/hooks';
import { TextInput } from '../../ui/field.tsx';
import type { Say } from './texts';

interface PasswordProps {
  say: Say;
  label: string;
  value: string;
  onInput: (value: string) => void;
  error?: string | undefined;
  element?: Ref<HTMLInputElement>;
}

/** A password that exists. */
export function Password(p: PasswordProps) {
  return <Shown {...p} autocomplete="current-password" />;
}

/** A password to be: its rules stand above, and how far it has come is said below while it is typed. */
export function NewPassword(p: Omit<PasswordProps, 'label'>) {
  const n = [...p.value].length;
  const far = n < 8 ? p.say('pw.short', { n: 8 - n }) : p.say(n < 15 ? 'pw.fair' : 'pw.good');
  return (
    <div class="new-password">
      <Shown {...p} label={p.say('pw.new')} hint={p.say('pw.rules')} autocomplete="new-password" />
      <span role="status" class="muted">
        {p.value && far}
      </span>
    </div>
  );
}

function Shown(p: PasswordProps & { autocomplete: string; hint?: string }) {
  const [visible, setVisible] = useState(false);
  return (
    <>
      <TextInput
        label={p.label}
        hint={p.hint}
        type={visible ? 'text' : 'password'}
        name="password"
        autocomplete={p.autocomplete}
        required
        maxLength={256}
        value={p.value}
        onInput={p.onInput}
        error={p.error}
        {...(p.element ? { element: p.element } : {})}
      />
      <label class="tick">
        <input type="checkbox" checked={visible} onChange={(e) => setVisible(e.currentTarget.checked)} />
        {p.say('pw.show')}
      </label>
    </>
  );
}

/** A code of an authenticator app. */
export function Code(p: Omit<PasswordProps, 'label'>) {
  return (
    <TextInput
      label={p.say('step.code')}
      hint={p.say('step.codeHint')}
      name="code"
      autocomplete="one-time-code"
      inputMode="numeric"
      required
      maxLength={10}
      value={p.value}
      onInput={p.onInput}
      error={p.error}
      {...(p.element ? { element: p.element } : {})}
    />
  );
}
