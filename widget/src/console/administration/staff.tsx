/** Staff: who works for the authority, in which role, at which offices. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Invited, Staff, StaffMember } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import '../account/account.css';
import { useAct } from '../account/act';
import { useWork } from '../context.tsx';
import { useHere } from './context.tsx';
import { LinkDialog } from './link.tsx';
import { SignInRulesPart } from './sso.tsx';
import { InviteDialog, MemberDialog } from './staff-member.tsx';
import { staffTexts } from './staff-texts';
import { useText } from './texts';

const path = '/api/v1/console/staff';

type Open = { kind: 'invite' } | { kind: 'member'; id: string } | undefined;

export default function StaffPage() {
  const { lang } = useText();
  const { client } = useWork();
  const { session } = useHere();
  const say = useMemo(() => staffTexts(lang), [lang]);
  const act = useAct(say);
  const [staff, setStaff] = useState<Staff>();
  const [open, setOpen] = useState<Open>();
  const [link, setLink] = useState<Invited>();
  const [news, setNews] = useState('');
  const load = () => act.run(async () => setStaff(await client.ask(client.api.get<Staff>(path))));
  useEffect(() => void load(), []);
  if (!staff) {
    return (
      <div>
        <Alert>{act.said}</Alert>
        {act.said ? <Button onClick={load}>{say('again')}</Button> : <p role="status">{say('loading')}</p>}
      </div>
    );
  }
  const close = () => setOpen(undefined);
  /** A link to hand over, or the news that a mail is on its way. */
  const invited = (answer: Invited) => {
    close();
    if (answer.link) setLink(answer);
    else setNews(say('sent'));
    void load();
  };
  const done = (said: string) => {
    close();
    setNews(said);
    void load();
  };
  const member = open?.kind === 'member' ? staff.members.find((m) => m.id === open.id) : undefined;
  return (
    <div class="sheet">
      <h1>{say('title')}</h1>
      <p>{say('lead')}</p>
      <Alert>{act.said}</Alert>
      <p role="status">{news}</p>
      <div class="row">
        <Button onClick={() => setOpen({ kind: 'invite' })}>{say('invite')}</Button>
      </div>
      <section>
        <ul class="plain-list">
          {staff.members.map((m) => (
            <li key={m.id} class="line">
              <Line member={m} staff={staff} say={say} />
              <Button
                kind="ghost"
                label={say('editNamed', { name: m.name })}
                onClick={() => setOpen({ kind: 'member', id: m.id })}
              >
                {say('edit')}
              </Button>
            </li>
          ))}
        </ul>
      </section>
      <SignInRulesPart client={client} say={say} offices={staff.offices} onSaved={() => void load()} />
      {open?.kind === 'invite' && (
        <InviteDialog {...{ client, say, staff }} role={session.role} onClose={close} onInvited={invited} />
      )}
      {member && (
        <MemberDialog
          {...{ client, say, staff, member }}
          role={session.role}
          own={member.id === session.clerk}
          onClose={close}
          onInvited={invited}
          onDone={done}
        />
      )}
      {link && <LinkDialog invited={link} say={say} onClose={() => setLink(undefined)} />}
    </div>
  );
}

function Line({ member, staff, say }: { member: StaffMember; staff: Staff; say: ReturnType<typeof staffTexts> }) {
  const offices = staff.offices.filter((o) => member.offices.includes(o.id)).map((o) => say.of(o.name));
  const factor = member.factors.totp || member.factors.passkeys > 0;
  const state = member.disabled ? say('state.disabled') : say(`state.${member.state}`);
  return (
    <span>
      <strong>{member.name}</strong> <span class="badge">{say(`role.${member.role}`)}</span>
      <br />
      <span class="muted">
        {member.email}
        <br />
        {offices.join(', ') || say('noOffices')}
        <br />
        {state} · {say(factor ? 'factor.yes' : 'factor.no')} · {say('sessions', { n: member.sessions })}
      </span>
    </span>
  );
}
