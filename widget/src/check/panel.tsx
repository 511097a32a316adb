// The device check: own picture, microphone, loudspeaker, connection. Both apps load it when it is opened; nothing in here
// is kept anywhere but in this page.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import type { Conversation } from '../media/conversation.ts';
import type { Devices } from '../media/devices.ts';
import type { Ask } from '../media/probe.ts';
import { Button } from '../ui/button.tsx';
import { Tile } from '../ui/tile.tsx';
import { Choice } from './choice.tsx';
import { Blur } from './effects.tsx';
import { Line } from './line.tsx';
import { Microphone } from './microphone.tsx';
import { Output } from './output.tsx';
import { TechnicalFigures } from './technical.tsx';
import { checkTexts, type Say } from './texts.ts';

/** Whose software this is; set by the build. */
declare const NOTICES_PATH: string;

export interface PanelProps {
  devices: Devices;
  lang: string;
  /** Level of the headings. */
  level: 'h2' | 'h3' | 'h4';
  /** Takes an offer to the switch; absent: the connection is not tested here. */
  ask?: Ask | undefined;
  /** The one that runs: its figures are shown to the technician. */
  conversation?: Conversation | undefined;
}

export default function Panel({ devices, lang, level, ask, conversation }: PanelProps) {
  const t = useMemo(() => checkTexts(lang), [lang]);
  useEffect(() => {
    void devices.look();
  }, [devices]);
  const part = (title: string, children: ComponentChildren) => (
    <Part title={title} level={level}>
      {children}
    </Part>
  );
  return (
    <div class="check-parts">
      {part(t('picture.title'), <Picture devices={devices} t={t} />)}
      {part(t('sound.title'), <Microphone devices={devices} t={t} />)}
      {part(t('output.title'), <Output devices={devices} t={t} />)}
      {ask && part(t('line.title'), <Line ask={ask} t={t} />)}
      <p class="small muted">
        {t('device.visit')}{' '}
        <a href={NOTICES_PATH} target="_blank" rel="noopener">
          {t('notices')}
        </a>
      </p>
      {conversation && (
        <details class="check-wide">
          <summary>{t('technical.title')}</summary>
          <TechnicalFigures conversation={conversation} t={t} />
        </details>
      )}
    </div>
  );
}

function Part(p: { title: string; level: 'h2' | 'h3' | 'h4'; children: ComponentChildren }) {
  const Level = p.level;
  return (
    <section class="check-part" aria-label={p.title}>
      <Level class="sub-heading">{p.title}</Level>
      {p.children}
    </section>
  );
}

function Picture({ devices, t }: { devices: Devices; t: Say }) {
  const camera = devices.camera.value;
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : undefined), [camera]);
  return (
    <>
      <Tile class="own preview" source={stream} name={t('picture.own')} blank={t('picture.none')} mirrored />
      <Choice devices={devices} kind="camera" t={t} />
      <Blur devices={devices} t={t} />
      <div class="actions">
        <Button
          kind="ghost"
          icon={camera ? 'camera-off' : 'camera'}
          onClick={() => (camera ? devices.cameraOff() : devices.open({ sound: false, camera: true }))}
        >
          {t(camera ? 'picture.off' : 'picture.on')}
        </Button>
      </div>
    </>
  );
}
