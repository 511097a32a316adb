/** One office: name, numbers, rules of calling, topics. */
import type { OfficeProfile, OfficeSettings } from '../../client/protocol';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/choice.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Back, Group, Nothing, NumberInput, TextPair } from './fields.tsx';
import { type Draft, Form, useDraft } from './form.tsx';
import { addressOf } from './pages';
import { useText } from './texts';

const blank: OfficeProfile = {
  slug: '',
  name: {},
  about: {},
  prefix: '',
  phone: '',
  email: '',
  appointment_only: false,
  lists_contacts: false,
  day_limit: 0,
  stops_when_full: true,
  max_calls: 0,
  call_seconds: 0,
  topics: [],
};

export function OfficeForm({ office }: { office?: OfficeSettings }) {
  const text = useText();
  const draft = useDraft<OfficeProfile>({
    name: `office ${office?.id ?? 'new'}`,
    part: (s) => s.offices.find((o) => o.id === office?.id)?.profile ?? blank,
    method: office ? 'put' : 'post',
    below: office ? `offices/${office.id}` : 'offices',
    body: (profile) => ({ profile }),
    prefix: (p) => `offices.${p.slug}.`,
    ...(office
      ? {}
      : {
          saved: () => {
            location.hash = addressOf('offices');
          },
        }),
  });
  const { value: v, set, error } = draft;
  const named = (de: string | undefined) => {
    // As long as nobody has chosen the short name, it follows the name.
    const follows = !office && (v.slug === '' || v.slug === slugOf(v.name.de ?? ''));
    return follows ? { slug: slugOf(de ?? '') } : {};
  };
  return (
    <>
      <Back to={addressOf('offices')} />
      <Form
        draft={draft}
        title={office ? text.of(office.profile.name) : text('offices.new')}
        saved={text('saved.office')}
      >
        <Group title={text('office.board')}>
          <TextPair
            label={text('field.name')}
            value={v.name}
            maxLength={120}
            error={error('name')}
            onInput={(name) => set({ name, ...named(name.de) })}
          />
          <TextPair
            label={text('field.about')}
            hint={text('office.aboutHint')}
            value={v.about}
            maxLength={300}
            error={error('about')}
            onInput={(about) => set({ about })}
          />
          <div class="pair">
            <TextInput
              label={text('field.prefix')}
              hint={text('office.prefixHint')}
              value={v.prefix}
              maxLength={2}
              error={error('prefix')}
              onInput={(prefix) => set({ prefix: prefix.toUpperCase() })}
            />
            <TextInput
              label={text('field.slug')}
              hint={text(office ? 'office.slugFixedHint' : 'office.slugHint')}
              value={v.slug}
              maxLength={40}
              error={error('slug')}
              onInput={(slug) => set({ slug: slug.toLowerCase() })}
            />
          </div>
          <div class="pair">
            <TextInput
              label={text('field.phone')}
              hint={text('office.phoneHint')}
              value={v.phone}
              maxLength={60}
              error={error('phone')}
              onInput={(phone) => set({ phone })}
            />
            <TextInput
              type="email"
              label={text('field.email')}
              value={v.email}
              error={error('email')}
              onInput={(email) => set({ email })}
            />
          </div>
          <Checkbox
            label={text('office.listsContacts')}
            hint={text('office.listsContactsHint')}
            checked={v.lists_contacts}
            onChange={(lists_contacts) => set({ lists_contacts })}
          />
        </Group>
        <Group title={text('office.topics')} hint={text('office.topicsHint')}>
          <Topics draft={draft} />
        </Group>
        <Group title={text('office.numbers')}>
          <Checkbox
            label={text('office.appointmentOnly')}
            hint={text('office.appointmentOnlyHint')}
            checked={v.appointment_only}
            onChange={(appointment_only) => set({ appointment_only })}
          />
          <Checkbox
            label={text('office.stopsWhenFull')}
            hint={text('office.stopsWhenFullHint')}
            checked={v.stops_when_full}
            onChange={(stops_when_full) => set({ stops_when_full })}
          />
          <NumberInput
            label={text('field.day_limit')}
            hint={text('office.dayLimitHint')}
            value={v.day_limit}
            min={0}
            max={999}
            error={error('day_limit')}
            onInput={(day_limit) => set({ day_limit })}
          />
          <div class="pair">
            <NumberInput
              label={text('field.call_seconds')}
              hint={text('office.callSecondsHint')}
              value={v.call_seconds || 120}
              min={120}
              max={600}
              error={error('call_seconds')}
              onInput={(n) => set({ call_seconds: n === 120 ? 0 : n })}
            />
            <NumberInput
              label={text('field.max_calls')}
              hint={text('office.maxCallsHint')}
              value={v.max_calls || 3}
              min={1}
              max={9}
              error={error('max_calls')}
              onInput={(n) => set({ max_calls: n === 3 ? 0 : n })}
            />
          </div>
        </Group>
      </Form>
    </>
  );
}

function Topics({ draft }: { draft: Draft<OfficeProfile> }) {
  const text = useText();
  const { topics } = draft.value;
  const put = (next: OfficeProfile['topics']) => draft.set({ topics: next });
  const move = (at: number, by: number) => {
    const next = [...topics];
    const [topic] = next.splice(at, 1);
    if (topic) next.splice(at + by, 0, topic);
    put(next);
  };
  return (
    <>
      {topics.length === 0 && <Nothing>{text('office.noTopics')}</Nothing>}
      <ol class="rows">
        {topics.map((topic, i) => (
          <li key={topic.id ?? `new ${i}`}>
            <TextPair
              label={text('office.topic', { n: i + 1 })}
              value={topic.name}
              maxLength={80}
              error={draft.error(`topics.${i}`)}
              onInput={(name) => put(topics.map((t, at) => (at === i ? { ...t, name } : t)))}
            />
            <div class="tools">
              {i > 0 && (
                <Button kind="ghost" label={text('office.topicUp', { n: i + 1 })} onClick={() => move(i, -1)}>
                  ↑
                </Button>
              )}
              {i < topics.length - 1 && (
                <Button kind="ghost" label={text('office.topicDown', { n: i + 1 })} onClick={() => move(i, 1)}>
                  ↓
                </Button>
              )}
              <Button
                kind="ghost"
                label={text('office.topicRemove', { n: i + 1 })}
                onClick={() => put(topics.filter((_, at) => at !== i))}
              >
                ×
              </Button>
            </div>
          </li>
        ))}
      </ol>
      <Button kind="ghost" onClick={() => put([...topics, { name: {} }])}>
        {text('office.topicAdd')}
      </Button>
    </>
  );
}

/** A short name for addresses: "Bürgerbüro Süd" becomes "buergerbuero-sued". */
function slugOf(name: string): string {
  const plain: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };
  return name
    .toLowerCase()
    .replace(/[äöüß]/g, (c) => plain[c] ?? c)
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}
