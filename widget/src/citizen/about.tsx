// What the citizen may say beforehand. All of it is optional, and saved as it is chosen.
import { useState } from 'preact/hooks';
import type { CitizenTicket, WantedPerson } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Checkbox, Radios } from '../ui/choice.tsx';
import { Select, TextInput } from '../ui/field.tsx';
import { useApp } from './context.ts';
import { languageOptions } from './interpreter.ts';
import { type CitizenTexts, useT } from './texts.ts';

export function AboutForm({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const [name, setName] = useState(ticket.called_name ?? '');
  const topics = app.office(ticket.office)?.topics ?? [];
  const contacts = ticket.contacts ?? [];

  return (
    <div class="stack wide">
      {topics.length > 0 && (
        <Select
          label={t('about.topic')}
          value={ticket.topic ?? ''}
          onChange={(topic) => void app.tell({ topic })}
          options={[
            { value: '', text: t('about.topic_none') },
            ...topics.map((topic) => ({ value: topic.id, text: t.of(topic.name) })),
          ]}
        />
      )}
      <form
        class="with-button"
        onSubmit={(event) => {
          event.preventDefault();
          void app.tell({ name: name.trim() });
        }}
      >
        <TextInput
          label={t('about.name')}
          hint={t('about.name_hint')}
          value={name}
          onInput={setName}
          name="name"
          autocomplete="name"
          maxLength={60}
        />
        <Button kind="ghost" submit>
          {t('action.save')}
        </Button>
      </form>
      {contacts.length > 0 && (
        <Radios
          legend={t('about.wants')}
          value={ticket.wants ?? ''}
          onChange={(wants) => app.tell({ wants })}
          options={[
            { value: '', text: t('about.anybody'), hint: t('about.anybody_hint') },
            ...contacts.map((person) => ({ value: person.id, text: person.name, hint: costOf(person, t) })),
          ]}
        />
      )}
      <Checkbox
        label={t('about.priority')}
        hint={t('about.priority_hint')}
        checked={ticket.priority ?? false}
        onChange={(priority) => app.tell({ priority })}
      />
      <p class="small muted">{t('about.order')}</p>
      <Select
        label={t('about.interpreter')}
        hint={t('about.interpreter_hint')}
        value={ticket.interpreter ?? ''}
        onChange={(interpreter) => void app.tell({ interpreter })}
        options={[
          { value: '', text: t('about.interpreter_none') },
          { value: 'dgs', text: t('about.dgs') },
          ...languageOptions(t.lang, ticket.interpreter),
        ]}
      />
      <Checkbox
        label={t('about.text_only')}
        hint={t('about.text_only_hint')}
        checked={ticket.text_only ?? false}
        onChange={(text_only) => app.tell({ text_only })}
      />
    </div>
  );
}

/** What waiting for a certain person means: "im Gespräch · vor Ihnen 3 · etwa 10 bis 15 Minuten". */
function costOf(person: WantedPerson, t: CitizenTexts): string {
  const { estimate } = person;
  const time =
    estimate &&
    (estimate.from === estimate.to
      ? t('about.minutes_one', { n: Math.max(1, estimate.to) })
      : t('about.minutes', { from: estimate.from, to: estimate.to }));
  return [t(`contact.${person.state}`), t('about.before_you', { n: person.ahead }), time].filter(Boolean).join(' · ');
}
