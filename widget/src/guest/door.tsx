// Before the room: who invites, what will happen, the devices on a click, and the wait for the citizen's yes.
import { useState } from 'preact/hooks';
import type { GuestView } from '../client/protocol.ts';
import { MishapNotice } from '../stage/mishap.tsx';
import { CheckPanel } from '../stage/settings.tsx';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useLoaded } from '../ui/loaded.ts';
import type { App } from './app.ts';
import { useT } from './texts.ts';

export function Door({ app, view }: { app: App; view: GuestView }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const admitted = view.state === 'admitted';
  const refusal = app.refusal.value;
  const checking = app.devices.sound.value !== null || app.devices.camera.value !== null;
  const come = async (camera: boolean) => {
    setBusy(true);
    await app.come(camera);
    setBusy(false);
  };
  return (
    <section class="card">
      <p class="muted">{t('guest.by', { office: t.of(view.office), authority: t.of(view.authority.name) })}</p>
      <h1 class="heading" tabIndex={-1} data-heading="">
        {t('guest.hello', { name: view.name })}
      </h1>
      <p>{t(`guest.invited.${view.kind}`, { clerk: view.clerk })}</p>
      <ol class="steps">
        <li>{t('guest.step_devices')}</li>
        <li>{t(admitted ? 'guest.step_agreed' : 'guest.step_agree')}</li>
        <li>{t('guest.step_talk')}</li>
      </ol>
      <Mine app={app} />
      <Alert>{refusal ? (t.maybe(`error.${refusal.key}`) ?? t.maybe('error.internal')) : null}</Alert>
      <div class="actions">
        <Button icon="camera" busy={busy} onClick={() => come(true)}>
          {t(admitted ? 'guest.enter' : 'guest.ready')}
        </Button>
        <Button kind="ghost" icon="microphone" busy={busy} onClick={() => come(false)}>
          {t(admitted ? 'guest.enter_sound' : 'guest.ready_sound')}
        </Button>
        {!checking && (
          <Button kind="ghost" onClick={() => app.devices.open({ sound: true, camera: true })}>
            {t('check.start')}
          </Button>
        )}
      </div>
      <p class="small muted">{t('guest.asks')}</p>
    </section>
  );
}

export function Waiting({ app, view }: { app: App; view: GuestView }) {
  const t = useT();
  return (
    <section class="card">
      <p class="muted">{t('guest.by', { office: t.of(view.office), authority: t.of(view.authority.name) })}</p>
      <h1 class="heading" tabIndex={-1} data-heading="">
        {t(view.begun ? 'guest.waiting' : 'guest.early')}
      </h1>
      <p role="status">{t(view.begun ? 'guest.waiting_text' : 'guest.early_text', { clerk: view.clerk })}</p>
      <p>
        <span class="waiting-dot" aria-hidden="true" /> {t('guest.stay')}
      </p>
      <Mine app={app} />
    </section>
  );
}

/** The device check, for oneself alone, once a device is on, and what is wrong with them. */
function Mine({ app }: { app: App }) {
  const t = useT();
  const { devices } = app;
  const on = devices.sound.value !== null || devices.camera.value !== null;
  return (
    <div class="stack">
      <Trouble app={app} />
      <MishapNotice devices={devices} />
      {on && (
        <section class="panel" aria-label={t('check.title')}>
          <p>{t('guest.only_you')}</p>
          <CheckPanel devices={devices} level="h2" />
        </section>
      )}
    </div>
  );
}

const loadHelp = () => import('../check/help.tsx');

/** Why a device is not there, and what helps. */
export function Trouble({ app }: { app: App }) {
  const t = useT();
  const { devices } = app;
  const trouble = devices.trouble.value;
  const help = useLoaded(loadHelp, Object.keys(trouble).length > 0).part;
  return (
    <div role="status">
      {(['camera', 'sound'] as const).map((kind) => {
        const cause = trouble[kind];
        return (
          cause && (
            <p key={kind} class="notice small">
              <Icon name={kind === 'camera' ? 'camera-off' : 'microphone-off'} />
              <span>{t(`cause.${kind}.${cause}`)}</span>
            </p>
          )
        );
      })}
      {help && <help.Help devices={devices} lang={t.lang} framed={false} />}
    </div>
  );
}
