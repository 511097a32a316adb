/** Inviting a guest: name and role, then the link: copied, scanned, or sent by mail. It is shown this once. */
import { useState } from 'preact/hooks';
import { refusalOf } from '../client/api';
import type { GuestInvitation, InviteGuest } from '../client/protocol';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Radios } from '../ui/choice.tsx';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextInput } from '../ui/field.tsx';
import { useWork } from './context.tsx';
import { refusalText } from './refusal';
import { type Key, useText } from './texts';

type Kind = InviteGuest['kind'];
const kinds: readonly Kind[] = ['interpreter', 'companion', 'expert'];

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<GuestInvitation>();
  const [name, setName] = useState('');
  return made ? (
    <LinkDialog made={made} name={name} onClose={onClose} />
  ) : (
    <WhoDialog
      onMade={(invitation, who) => {
        setName(who);
        setMade(invitation);
      }}
      onClose={onClose}
    />
  );
}

interface WhoProps {
  onMade: (made: GuestInvitation, name: string) => void;
  onClose: () => void;
}

function WhoDialog({ onMade, onClose }: WhoProps) {
  const text = useText();
  const work = useWork();
  const [kind, setKind] = useState<Kind>('interpreter');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [missing, setMissing] = useState(false);
  const [problem, setProblem] = useState('');
  const state = work.client.session.value;
  const mails = state.kind === 'in' && state.session.mails === true;
  const invite = async () => {
    setProblem('');
    setMissing(name.trim() === '');
    if (name.trim() === '') return;
    try {
      const to = email.trim();
      onMade(await work.invite({ kind, name: name.trim(), ...(to ? { email: to } : {}) }), name.trim());
    } catch (error) {
      setProblem(refusalText(text, refusalOf(error)));
    }
  };
  return (
    <Dialog
      title={text('guests.inviteTitle')}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {text('guests.cancel')}
          </Button>
          <Button onClick={invite}>{text('guests.make')}</Button>
        </>
      }
    >
      <p>{text('guests.about')}</p>
      <Radios
        legend={text('guests.kind')}
        value={kind}
        onChange={(value) => setKind(value as Kind)}
        options={kinds.map((value) => ({ value, text: text(`stage.role.${value}` as Key) }))}
      />
      <TextInput
        label={text('guests.name')}
        hint={text('guests.nameHint')}
        error={missing ? text('guests.nameMissing') : undefined}
        maxLength={60}
        autocomplete="off"
        value={name}
        onInput={setName}
      />
      {mails && (
        <TextInput
          label={text('guests.email')}
          hint={text('guests.emailHint')}
          type="email"
          autocomplete="off"
          maxLength={254}
          value={email}
          onInput={setEmail}
        />
      )}
      <Alert>{problem}</Alert>
    </Dialog>
  );
}

function LinkDialog({ made, name, onClose }: { made: GuestInvitation; name: string; onClose: () => void }) {
  const text = useText();
  const { size, path } = made.qr;
  return (
    <Dialog
      title={text('guests.linkTitle', { name })}
      onClose={onClose}
      actions={
        <Button autofocus onClick={onClose}>
          {text('guests.done')}
        </Button>
      }
    >
      <Alert kind={made.mail_failed ? 'alert' : 'notice'}>{made.mail_failed && text('guests.mailFailed')}</Alert>
      {made.mailed && <p role="status">{text('guests.mailed')}</p>}
      <Copy
        label={text('guests.link')}
        hint={text('guests.linkHint')}
        text={made.url}
        words={{ copy: text('guests.copy'), copied: text('guests.copied'), select: text('guests.select') }}
      />
      <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text('guests.qr')}>
        <path d={path} />
      </svg>
      <p class="small muted">{text('guests.once')}</p>
    </Dialog>
  );
}
