/** How the clerks of the authority must sign in: second factor, single sign-on. */
import { useEffect, useState } from 'preact/hooks';
import type { ClerkOffice, SignInRules, SSOGroup } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Copy } from '../../ui/copy.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { useAct } from '../account/act';
import type { ClerkClient } from '../clerk';
import type { Say } from './staff-texts';

const path = '/api/v1/console/sign-in-rules';
const roles = ['clerk', 'supervisor', 'admin'] as const;

interface Props {
  client: ClerkClient;
  say: Say;
  offices: readonly ClerkOffice[];
  onSaved: () => void;
}

export function SignInRulesPart({ client, say, offices, onSaved }: Props) {
  const act = useAct(say);
  const [rules, setRules] = useState<SignInRules>();
  const [news, setNews] = useState('');
  useEffect(() => {
    void act.run(async () => setRules(await client.ask(client.api.get<SignInRules>(path))));
  }, []);
  const submit = async (e: Event) => {
    e.preventDefault();
    if (!rules) return;
    setNews('');
    const { has_secret: _has, callback: _back, ...body } = rules;
    const saved = await act.run(async () => setRules(await client.ask(client.api.put<SignInRules>(path, body))));
    if (!saved) return;
    setNews(say('saved'));
    onSaved();
  };
  const change = (more: Partial<SignInRules>) => rules && setRules({ ...rules, ...more });
  return (
    <section>
      <h2>{say('rules.title')}</h2>
      <Alert>{act.said}</Alert>
      {rules && (
        <form noValidate onSubmit={submit} class="stack">
          <label class="tick">
            <input
              type="checkbox"
              checked={rules.second_factor}
              onChange={(e) => change({ second_factor: e.currentTarget.checked })}
            />
            {say('rules.factor')}
          </label>
          <p class="muted">{say('rules.factorHint')}</p>
          <h3>{say('rules.sso')}</h3>
          <TextInput
            label={say('rules.issuer')}
            hint={say('rules.issuerHint')}
            maxLength={500}
            value={rules.issuer}
            onInput={(issuer) => change({ issuer })}
          />
          {rules.issuer && (
            <>
              <TextInput
                label={say('rules.client')}
                maxLength={255}
                autocomplete="off"
                value={rules.client_id}
                onInput={(client_id) => change({ client_id })}
              />
              <TextInput
                label={say('rules.secret')}
                type="password"
                autocomplete="off"
                hint={rules.has_secret ? say('rules.secretKept') : undefined}
                maxLength={500}
                value={rules.client_secret ?? ''}
                onInput={(client_secret) => change({ client_secret })}
              />
              <Copy
                label={say('rules.callback')}
                text={rules.callback ?? ''}
                words={{ copy: say('link.copy'), copied: say('link.copied'), select: say('link.select') }}
              />
              <TextInput
                label={say('rules.claim')}
                hint={say('rules.claimHint')}
                maxLength={100}
                value={rules.groups_claim}
                onInput={(groups_claim) => change({ groups_claim })}
              />
              <h3>{say('rules.groups')}</h3>
              <p>{say('rules.groupsHint')}</p>
              <Groups say={say} offices={offices} groups={rules.groups} onChange={(groups) => change({ groups })} />
              <label class="tick">
                <input
                  type="checkbox"
                  checked={rules.only}
                  onChange={(e) => change({ only: e.currentTarget.checked })}
                />
                {say('rules.only')}
              </label>
            </>
          )}
          <p role="status">{news}</p>
          <div class="row">
            <Button submit busy={act.busy}>
              {say('save')}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

interface GroupsProps {
  say: Say;
  offices: readonly ClerkOffice[];
  groups: readonly SSOGroup[];
  onChange: (groups: SSOGroup[]) => void;
}

function Groups({ say, offices, groups, onChange }: GroupsProps) {
  const put = (i: number, more: Partial<SSOGroup>) => onChange(groups.map((g, j) => (i === j ? { ...g, ...more } : g)));
  return (
    <>
      {groups.map((g, i) => (
        <fieldset key={i} class="choices">
          <legend>{g.group || say('rules.group')}</legend>
          <TextInput
            label={say('rules.group')}
            maxLength={255}
            value={g.group}
            onInput={(group) => put(i, { group })}
          />
          <Select
            label={say('role')}
            value={g.role}
            onChange={(role) => put(i, { role: role as SSOGroup['role'] })}
            options={roles.map((r) => ({ value: r, text: say(`role.${r}`) }))}
          />
          {offices.map((o) => (
            <label key={o.id} class="tick">
              <input
                type="checkbox"
                checked={g.offices.includes(o.id)}
                onChange={(e) => {
                  const others = g.offices.filter((id) => id !== o.id);
                  put(i, { offices: e.currentTarget.checked ? [...others, o.id] : others });
                }}
              />
              {say.of(o.name)}
            </label>
          ))}
          <div class="row">
            <Button kind="ghost" onClick={() => onChange(groups.filter((_, j) => i !== j))}>
              {say('rules.remove', { name: g.group })}
            </Button>
          </div>
        </fieldset>
      ))}
      <div class="row">
        <Button kind="ghost" onClick={() => onChange([...groups, { group: '', role: 'clerk', offices: [] }])}>
          {say('rules.add')}
        </Button>
      </div>
    </>
  );
}
