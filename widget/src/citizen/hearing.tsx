// How the call is to be noticed: volume, the browser's notification, what screen readers say.
import { Button } from '../ui/button.tsx';
import { Field, Select } from '../ui/field.tsx';
import type { Announcements } from './announcer.ts';
import { useApp } from './context.ts';
import { useT } from './texts.ts';

export function HearingForm() {
  const t = useT();
  const app = useApp();
  const volume = app.bell.volume.value;
  return (
    <div class="stack wide">
      <Field label={t('hearing.volume')} hint={t(volume > 0 ? 'hearing.volume_hint' : 'hearing.silent')}>
        {(bound) => (
          <input
            {...bound}
            type="range"
            min={0}
            max={100}
            step={10}
            value={Math.round(volume * 100)}
            onInput={(e) => {
              app.bell.volume.value = Number(e.currentTarget.value) / 100;
            }}
            onChange={() => void app.bell.test()}
          />
        )}
      </Field>
      <Notifications />
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
  );
}

/** Browsers refuse notifications to frames, so there is nothing to ask for. */
function Notifications() {
  const t = useT();
  const { notifier, host } = useApp();
  if (host.framed) return <p class="small muted">{t('notify.framed')}</p>;
  switch (notifier.state.value) {
    case 'unsupported':
      return null;
    case 'granted':
      return <p class="small muted">{t('notify.granted')}</p>;
    case 'denied':
      return <p class="small muted">{t('notify.denied')}</p>;
    case 'default':
      return (
        <Button kind="ghost" icon="bell" onClick={() => notifier.ask()}>
          {t('notify.ask')}
        </Button>
      );
  }
}
