/** Who the authority is, what it looks like, and whether numbers may be drawn. */
import { useEffect, useRef } from 'preact/hooks';
import type { AuthorityProfile } from '../../client/protocol';
import { applyAccent, contrastOnWhite, safeAccent } from '../../ui/accent.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { useChange } from './change';
import { useHere } from './context.tsx';
import { Group, TextPair } from './fields.tsx';
import { type Draft, Form, fieldName, useDraft } from './form.tsx';
import { languageNames, useText } from './texts';

export default function AuthorityPage() {
  const text = useText();
  const { settings } = useHere();
  const draft = useDraft<AuthorityProfile>({
    name: 'authority',
    part: (s) => s.profile,
    below: 'authority',
    body: (profile) => ({ profile }),
    prefix: () => 'authority.',
  });
  const { value: v, set, error } = draft;
  const line = (field: 'phone' | 'address' | 'privacy' | 'imprint' | 'statement', hint?: string) => (
    <TextInput
      label={text(`field.${field}`)}
      hint={hint}
      value={v[field]}
      error={error(field)}
      maxLength={500}
      onInput={(value) => set({ [field]: value })}
    />
  );
  return (
    <>
      <Form draft={draft} title={text('page.authority')} saved={text('saved.authority')}>
        <Group title={text('authority.who')}>
          <TextPair
            label={text('field.name')}
            value={v.name}
            maxLength={120}
            error={error('name')}
            onInput={(name) => set({ name })}
          />
          <div class="pair">
            {line('phone')}
            <TextInput
              type="email"
              label={text('field.email')}
              value={v.email}
              error={error('email')}
              onInput={(email) => set({ email })}
            />
          </div>
          {line('address')}
        </Group>
        <Group title={text('authority.colour')} hint={text('authority.colourHint')}>
          <Colour draft={draft} />
        </Group>
        <Group title={text('authority.languages')} hint={text('authority.languagesHint')}>
          <Languages draft={draft} offered={settings.languages} />
        </Group>
        <Group title={text('authority.notices')} hint={text('authority.noticesHint')}>
          {line('privacy', since(text, settings.privacy_since))}
          <Checkbox
            label={text('authority.privacyRenewed')}
            checked={v.privacy_renewed ?? false}
            onChange={(ticked) => set({ privacy_renewed: ticked })}
          />
          {line('imprint')}
          {line('statement', text('authority.statementHint'))}
        </Group>
        <Group title={text('authority.publish')}>
          <Missing draft={draft} />
          <Checkbox
            label={text('authority.published')}
            hint={text('authority.publishedHint')}
            checked={v.published}
            onChange={(published) => set({ published })}
          />
          <Checkbox
            label={text('authority.clerkStatistics')}
            hint={text('authority.clerkStatisticsHint')}
            checked={v.clerk_statistics}
            onChange={(clerk_statistics) => set({ clerk_statistics })}
          />
        </Group>
      </Form>
      <Logo />
    </>
  );
}

function since(text: ReturnType<typeof useText>, at: string | undefined): string {
  if (!at) return text('authority.privacyHint');
  const date = new Intl.DateTimeFormat(text.lang, { dateStyle: 'medium', timeZone: 'Europe/Berlin' }).format(
    new Date(at),
  );
  return `${text('authority.privacyHint')} ${text('authority.privacySince', { date })}`;
}

function Colour({ draft }: { draft: Draft<AuthorityProfile> }) {
  const text = useText();
  const sample = useRef<HTMLDivElement>(null);
  const { accent } = draft.value;
  const shown = safeAccent(accent);
  useEffect(() => {
    if (sample.current) applyAccent(sample.current, accent);
  }, [accent]);
  const ratio = (hex: string) =>
    new Intl.NumberFormat(text.lang, { maximumFractionDigits: 1 }).format(contrastOnWhite(hex));
  return (
    <div class="colour">
      <div class="pair">
        <TextInput
          label={text('field.accent')}
          hint={text('authority.accentHint')}
          value={accent}
          maxLength={7}
          error={draft.error('accent')}
          onInput={(value) => draft.set({ accent: value.trim() })}
        />
        <Field label={text('authority.pick')}>
          {(bound) => (
            <input
              {...bound}
              type="color"
              value={shown && /^#[0-9a-f]{6}$/i.test(accent) ? accent : '#0b4f6c'}
              onInput={(e) => draft.set({ accent: e.currentTarget.value })}
            />
          )}
        </Field>
      </div>
      <div ref={sample} class="sample">
        <strong>{text.of(draft.value.name)}</strong>
        <span class="button">{text('authority.sampleButton')}</span>
        <span class="as-link">{text('authority.sampleLink')}</span>
      </div>
      <p role="status">
        {shown === undefined
          ? accent && text('error.colour_invalid')
          : shown.toLowerCase() === accent.toLowerCase()
            ? text('authority.contrastGood', { ratio: ratio(accent) })
            : text('authority.contrastMended', { ratio: ratio(accent), shown, better: ratio(shown) })}
      </p>
    </div>
  );
}

/** None chosen means all. The first is the one that citizens see if their browser speaks none of them. */
function Languages({ draft, offered }: { draft: Draft<AuthorityProfile>; offered: string[] }) {
  const text = useText();
  const chosen = draft.value.languages.length > 0 ? draft.value.languages : offered;
  const toggle = (lang: string, on: boolean) => {
    const languages = on ? [...chosen, lang] : chosen.filter((l) => l !== lang);
    if (languages.length > 0) draft.set({ languages });
  };
  return (
    <>
      {offered.map((lang) => (
        <Checkbox
          key={lang}
          label={languageNames[lang] ?? lang}
          {...(chosen[0] === lang ? { hint: text('authority.first') } : {})}
          checked={chosen.includes(lang)}
          onChange={(on) => toggle(lang, on)}
        />
      ))}
      {chosen.length > 1 && (
        <Button kind="ghost" onClick={() => draft.set({ languages: [...chosen.slice(1), ...chosen.slice(0, 1)] })}>
          {text('authority.otherFirst')}
        </Button>
      )}
    </>
  );
}

function Missing({ draft }: { draft: Draft<AuthorityProfile> }) {
  const text = useText();
  const v = draft.value;
  const needs: [string, boolean][] = [
    ['name', Boolean(v.name.de)],
    ['phone', Boolean(v.phone || v.email)],
    ['privacy', Boolean(v.privacy)],
    ['imprint', Boolean(v.imprint)],
    ['statement', Boolean(v.statement)],
  ];
  const missing = needs.filter(([, there]) => !there).map(([field]) => field);
  if (missing.length === 0) return <p>{text(v.published ? 'authority.live' : 'authority.complete')}</p>;
  return (
    <div class="missing">
      <p>{text('authority.missing')}</p>
      <ul>
        {missing.map((field) => (
          <li key={field}>{field === 'phone' ? text('authority.contact') : fieldName(text, field)}</li>
        ))}
      </ul>
    </div>
  );
}

function Logo() {
  const text = useText();
  const { model, settings } = useHere();
  const input = useRef<HTMLInputElement>(null);
  const change = useChange();
  const run = async (what: Promise<void>, done: string) => {
    await change.run(what, done);
    if (input.current) input.current.value = '';
  };
  const send = (file: File | undefined) => {
    if (!file) return;
    if (file.size > 200 * 1024) change.refuse(text('logo.large'));
    else void run(model.change('upload', 'logo', file), text('logo.saved'));
  };
  return (
    <section class="group">
      <h2>{text('logo.title')}</h2>
      <p class="muted">{text('logo.hint')}</p>
      {settings.logo ? <img class="logo" src={settings.logo} alt={text('logo.alt')} /> : <p>{text('logo.none')}</p>}
      <Alert>{change.error}</Alert>
      <Field label={text('logo.file')}>
        {(bound) => (
          <input
            {...bound}
            ref={input}
            type="file"
            accept="image/png,image/jpeg"
            onChange={(e) => send(e.currentTarget.files?.[0])}
          />
        )}
      </Field>
      <div class="save">
        {settings.logo && (
          <Button kind="ghost" onClick={() => run(model.change('delete', 'logo'), text('logo.removed'))}>
            {text('logo.remove')}
          </Button>
        )}
        <span role="status" class="saved">
          {change.done}
        </span>
      </div>
    </section>
  );
}
