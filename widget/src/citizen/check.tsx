// Device check: on a click only, with the reason said before the browser asks.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Cause, Kind } from '../media/devices.ts';
import type { Ask } from '../media/probe.ts';
import { MishapNotice } from '../stage/mishap.tsx';
import { CheckPanel } from '../stage/settings.tsx';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useLoaded } from '../ui/loaded.ts';
import { SubHeading } from './card.tsx';
import { useApp } from './context.ts';
import { Part } from './part.tsx';
import { type Key, useT } from './texts.ts';

export function Check({ called, children }: { called: boolean; children: ComponentChildren }) {
  const t = useT();
  const app = useApp();
  const { devices } = app;
  const [open, setOpen] = useState(false);
  const [tone, setTone] = useState<Key>();
  const sound = devices.sound.value;
  const camera = devices.camera.value;
  const trouble = devices.trouble.value;
  const tried = app.tried.value;
  const level = app.host.framed ? 'h4' : 'h3';
  const ask: Ask = (sdp) => app.ticket.probe(sdp);

  const start = async () => {
    setOpen(true);
    await devices.open({ sound: true, camera: true });
    app.tried.value = true;
    if (devices.trouble.peek().camera === 'denied') app.host.problem('camera');
    await app.ticket
      .about({ camera: resultOf(devices.camera.peek(), 'camera'), microphone: resultOf(devices.sound.peek(), 'sound') })
      .catch(() => undefined); // the check counts without the clerk knowing of it
  };
  const resultOf = (track: MediaStreamTrack | null, kind: Kind) => {
    const cause = devices.trouble.peek()[kind];
    if (track) return 'ready';
    return cause === 'denied' || cause === 'policy' ? 'denied' : 'missing';
  };
  const stop = () => {
    setOpen(false);
    devices.close();
  };

  return (
    <div class="check">
      <ul class="chips">
        <Chip name="camera" ok={camera !== null || (tried && !trouble.camera)} shown={tried} kind="camera" />
        <Chip name="microphone" ok={sound !== null || (tried && !trouble.sound)} shown={tried} kind="sound" />
        <Online />
        <li>
          <button
            type="button"
            class="chip-button"
            onClick={async () => setTone((await app.bell.test()) ? 'check.tone_played' : 'check.tone_failed')}
          >
            <Icon name="sound" />
            {t('check.tone')}
          </button>
        </li>
      </ul>
      <div role="status">{tone && <p class="small muted">{t(tone)}</p>}</div>
      {open && (
        <section class="panel" aria-label={t('check.title')}>
          <SubHeading>{t('check.title')}</SubHeading>
          {!sound && !camera && !tried && (
            <p class="small muted">{devices.asking.value ? t('check.asking') : t('check.why')}</p>
          )}
          <Trouble />
          <MishapNotice devices={devices} />
          {(sound || camera || tried) && <CheckPanel devices={devices} level={level} ask={ask} />}
          <div class="actions">
            <Button kind="ghost" onClick={stop}>
              {t('check.stop')}
            </Button>
          </div>
        </section>
      )}
      <div class="actions">
        {!open && !called && (
          <Button kind="ghost" icon="camera" onClick={start}>
            {t('check.start')}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

function Chip(p: { name: 'camera' | 'microphone'; kind: Kind; ok: boolean; shown: boolean }) {
  const t = useT();
  if (!p.shown) return null;
  const icon: IconName = p.ok ? 'check' : p.name === 'camera' ? 'camera-off' : 'microphone-off';
  const key: Key = `check.${p.kind}_${p.ok ? 'ready' : 'none'}`;
  return (
    <li class={`mark ${p.ok ? 'good' : 'bad'}`}>
      <Icon name={icon} />
      {t(key)}
    </li>
  );
}

function Online() {
  const t = useT();
  const ok = useApp().ticket.live.value.kind === 'open';
  return (
    <li class={`mark ${ok ? 'good' : 'bad'}`}>
      <Icon name={ok ? 'check' : 'offline'} />
      {t(ok ? 'check.online' : 'check.offline')}
    </li>
  );
}

const loadHelp = () => import('../check/help.tsx');

/** Why a device is not there, and what helps. */
export function Trouble() {
  const t = useT();
  const { devices, host } = useApp();
  const trouble = devices.trouble.value;
  const help = useLoaded(loadHelp, Object.keys(trouble).length > 0).part;
  const lines = (['camera', 'sound'] as const).flatMap((kind): Array<[Kind, Cause]> => {
    const cause = trouble[kind];
    return cause ? [[kind, cause]] : [];
  });
  return (
    <div role="status">
      {lines.length > 0 && (
        <Part said>
          {() =>
            lines.map(([kind, cause]) => (
              <p key={kind} class="notice small">
                <Icon name={kind === 'camera' ? 'camera-off' : 'microphone-off'} />
                <span>{t(`cause.${kind}.${cause}`)}</span>
              </p>
            ))
          }
        </Part>
      )}
      {help && <help.Help devices={devices} lang={t.lang} framed={host.framed} />}
    </div>
  );
}
