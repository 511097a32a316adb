/** The dialogs of one account: inviting, and changing. */
import { useState } from 'preact/hooks';
import type { ClerkSession, Invited, Staff, StaffMember } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { useAct } from '../account/act';
import type { ClerkClient } from '../clerk';
import type { Say } from './staff-texts';

const path = '/api/v1/console/staff';

type Role = ClerkSession['role'];
const roles: readonly Role[] = ['clerk', 'supervisor', 'admin', 'operator'];

interface Common {
  client: ClerkClient;
  say: Say;
  staff: Staff;
  /** Of who is signed in: nobody appoints above it. */
  role: Role;
  onClose: () => void;
  onInvited: (answer: Invited) => void;
}

interface Profile {
  name: string;
  role: Role;
  offices: string[];
  contact: boolean;
  disabled: boolean;
}

export function InviteDialog({ client, say, staff, role, onClose, onInvited }: Common) {
  const act = useAct(say);
  const [email, setEmail] = useState('');
  const [p, setP] = useState<Profile>({ name: '', role: 'clerk', offices: [], contact: false, disabled: false });
  const submit = async (e: Event) => {
    e.preventDefault();
    const { name, role, offices, contact } = p;
    await act.run(async () =>
      onInvited(
        await client.ask(client.api.post<Invited>(path, { email: email.trim(), name, role, offices, contact })),
      ),
    );
  };
  return (
    <Dialog title={say('invite')} onClose={onClose} actions={null}>
      <form noValidate onSubmit={submit} class="stack">
        <Alert>{act.said}</Alert>
        <TextInput
          label={say('email')}
          type="email"
          autocomplete="off"
          required
          maxLength={254}
          value={email}
          onInput={setEmail}
        />
        <ProfileFields say={say} staff={staff} role={role} value={p} onChange={setP} />
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

interface MemberProps extends Common {
  member: StaffMember;
  own: boolean;
  onDone: (said: string) => void;
}

export function MemberDialog({ client, say, staff, role, member, own, onClose, onInvited, onDone }: MemberProps) {
  const act = useAct(say);
  const { name, offices, contact, disabled } = member;
  const [p, setP] = useState<Profile>({ name, role: member.role, offices: [...offices], contact, disabled });
  const [subject, setSubject] = useState(member.subject ?? '');
  const one = `${path}/${member.id}`;
  const submit = async (e: Event) => {
    e.preventDefault();
    if (await act.run(() => client.ask(client.api.put(one, p)))) onDone(say('saved'));
  };
  const again = () => act.run(async () => onInvited(await client.ask(client.api.post<Invited>(`${one}/invitation`))));
  const remove = async (what: string) => {
    if (await act.run(() => client.ask(client.api.delete(`${one}/${what}`)))) onDone(say('done'));
  };
  const link = async () => {
    if (await act.run(() => client.ask(client.api.put(`${one}/sso`, { subject: subject.trim() }))))
      onDone(say('saved'));
  };
  const [deleting, setDeleting] = useState(false);
  const waiting = member.state === 'invited' || member.state === 'expired';
  if (deleting)
    return (
      <DeleteDialog
        {...{ client, say, staff, member }}
        onClose={() => setDeleting(false)}
        onDeleted={() => onDone(say('deleted'))}
      />
    );
  return (
    <Dialog title={say('editNamed', { name: member.name })} onClose={onClose} actions={null}>
      <form noValidate onSubmit={submit} class="stack">
        <Alert>{act.said}</Alert>
        <ProfileFields say={say} staff={staff} role={role} own={own} value={p} onChange={setP} />
        {!own && (
          <label class="tick">
            <input
              type="checkbox"
              checked={p.disabled}
              onChange={(e) => setP({ ...p, disabled: e.currentTarget.checked })}
            />
            {say('disabled')}
          </label>
        )}
        <div class="actions">
          <Button kind="ghost" onClick={onClose}>
            {say('cancel')}
          </Button>
          <Button submit busy={act.busy}>
            {say('save')}
          </Button>
        </div>
        {!own && (
          <div class="row">
            {!member.disabled && member.state !== 'sso' && (
              <Button kind="ghost" onClick={again}>
                {say(waiting ? 'again.invite' : 'again.reset')}
              </Button>
            )}
            {(member.factors.totp || member.factors.passkeys > 0) && (
              <Button kind="ghost" onClick={() => remove('factors')}>
                {say('factors.reset')}
              </Button>
            )}
            {member.sessions > 0 && (
              <Button kind="ghost" onClick={() => remove('sessions')}>
                {say('sessions.end')}
              </Button>
            )}
            {member.disabled && (
              <Button kind="danger" onClick={() => setDeleting(true)}>
                {say('delete')}
              </Button>
            )}
          </div>
        )}
        {staff.sso && (
          <>
            <TextInput
              label={say('subject')}
              hint={say('subjectHint')}
              maxLength={255}
              value={subject}
              onInput={setSubject}
            />
            <div class="row">
              <Button kind="ghost" onClick={link}>
                {say('subject.save')}
              </Button>
            </div>
          </>
        )}
      </form>
    </Dialog>
  );
}

interface DeleteProps {
  client: ClerkClient;
  say: Say;
  staff: Staff;
  member: StaffMember;
  onClose: () => void;
  onDeleted: () => void;
}

/** Asks once more: what is deleted does not come back. */
function DeleteDialog({ client, say, staff, member, onClose, onDeleted }: DeleteProps) {
  const act = useAct(say);
  const erase = async () => {
    if (await act.run(() => client.ask(client.api.delete(`${path}/${member.id}`)))) onDeleted();
  };
  return (
    <Dialog
      title={say('delete.title', { name: member.name })}
      onClose={onClose}
      actions={
        <>
          <Button kind="ghost" onClick={onClose}>
            {say('cancel')}
          </Button>
          <Button kind="danger" busy={act.busy} onClick={erase}>
            {say('delete.yes')}
          </Button>
        </>
      }
    >
      <Alert>{act.said}</Alert>
      <p>{say('delete.text')}</p>
      {staff.sso && <p>{say('delete.sso')}</p>}
    </Dialog>
  );
}

interface FieldsProps {
  say: Say;
  staff: Staff;
  role: Role;
  own?: boolean;
  value: Profile;
  onChange: (p: Profile) => void;
}

function ProfileFields({ say, staff, role, own, value, onChange }: FieldsProps) {
  const mine = roles.indexOf(role);
  return (
    <>
      <TextInput
        label={say('name')}
        hint={say('nameHint')}
        required
        maxLength={120}
        value={value.name}
        onInput={(name) => onChange({ ...value, name })}
      />
      {!own && (
        <Select
          label={say('role')}
          value={value.role}
          onChange={(r) => onChange({ ...value, role: r as Role })}
          options={roles.slice(0, mine + 1).map((r) => ({ value: r, text: say(`role.${r}`) }))}
        />
      )}
      <fieldset class="choices">
        <legend>{say('offices')}</legend>
        {staff.offices.map((o) => (
          <label key={o.id} class="tick">
            <input
              type="checkbox"
              checked={value.offices.includes(o.id)}
              onChange={(e) => {
                const others = value.offices.filter((id) => id !== o.id);
                onChange({ ...value, offices: e.currentTarget.checked ? [...others, o.id] : others });
              }}
            />
            {say.of(o.name)}
          </label>
        ))}
      </fieldset>
      <label class="tick">
        <input
          type="checkbox"
          checked={value.contact}
          onChange={(e) => onChange({ ...value, contact: e.currentTarget.checked })}
        />
        {say('contact')}
      </label>
    </>
  );
}
