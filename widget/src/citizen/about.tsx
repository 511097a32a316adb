// What the citizen may say beforehand. All of it is optional.
import { useState } from 'preact/hooks';
import type { CitizenTicket } from '../client/protocol.ts';
import { Button } from '../ui/button.tsx';
import { Select, TextInput } from '../ui/field.tsx';
import type { Announcements } from './announcer.ts';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

export function About({ ticket }: { ticket: CitizenTicket }) {
  const t = useT();
  const app = useApp();
  const [name, setName] = useState(ticket.called_name ?? '');
  const topics = app.office(ticket.office)?.topics ?? [];
  const saved = () => app.announcer.say(t('about.saved'));

  return (
    <details class="about">
      <summary>{t('about.title')}</summary>
      <div class="stack">
        {topics.length > 0 && (
          <Select
            label={t('about.topic')}
            value={ticket.topic ?? ''}
            onChange={(topic) => void app.attempt(() => app.ticket.about({ topic })).then(saved)}
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
            void app.attempt(() => app.ticket.about({ name: name.trim() })).then(saved);
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
        <Select
          label={t('announce.label')}
          value={app.announcer.mode.value}
          onChange={(mode) => {
            app.announcer.mode.value = mode as Announcements;
          }}
          options={[
            { value: 'all', text: t('announce.all') },
            { value: 'call', text: t('announce.call') },
            { value: 'off', text: t('announce.off') },
          ]}
        />
      </div>
    </details>
  );
}
