// The own picture and the switches of the own devices.
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Devices } from '../media/devices.ts';
import { Button } from '../ui/button.tsx';
import { Tile } from '../ui/tile.tsx';
import { useStageText } from './texts.ts';

/** The own picture: mirrored, as in a mirror, unless it looks away from its owner; and silent. */
export function OwnTile(p: { devices: Devices; class: string; whole?: boolean; children?: ComponentChildren }) {
  const t = useStageText();
  const camera = p.devices.camera.value;
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : undefined), [camera]);
  const silent = p.devices.sound.value === null || p.devices.muted.value;
  return (
    <Tile
      class={p.class}
      source={stream}
      name={t('stage.you')}
      label={t('stage.own')}
      blank="" // too small for words; the switch has them
      muted={silent ? t('stage.muted') : undefined}
      mirrored={p.devices.facing !== 'environment'}
      cover={!p.whole}
    >
      {p.children}
    </Tile>
  );
}

/** Microphone and camera on and off: the word says what is now, and a click changes it. */
export function DeviceButtons({ devices }: { devices: Devices }) {
  const t = useStageText();
  const sound = devices.sound.value !== null && !devices.muted.value;
  const camera = devices.camera.value !== null;
  const toggleSound = async () => {
    if (devices.sound.peek()) return devices.mute(!devices.muted.peek());
    devices.mute(false);
    await devices.open({ sound: true, camera: false });
  };
  const toggleCamera = async () => {
    if (devices.camera.peek()) devices.cameraOff();
    else await devices.open({ sound: false, camera: true });
  };
  return (
    <>
      <Button
        kind={sound ? 'primary' : 'ghost'}
        icon={sound ? 'microphone' : 'microphone-off'}
        class={sound ? 'on' : 'off'}
        onClick={toggleSound}
      >
        {t(sound ? 'stage.microphone_on' : 'stage.microphone_off')}
      </Button>
      <Button
        kind={camera ? 'primary' : 'ghost'}
        icon={camera ? 'camera' : 'camera-off'}
        class={camera ? 'on' : 'off'}
        onClick={toggleCamera}
      >
        {t(camera ? 'stage.camera_on' : 'stage.camera_off')}
      </Button>
    </>
  );
}
