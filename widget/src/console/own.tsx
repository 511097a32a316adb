/** The clerk's own picture and sound: the tile, the switches, and what is wrong with the devices. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { watchLevel } from '../media/level';
import { Alert } from '../ui/alert.tsx';
import { Button } from '../ui/button.tsx';
import { Meter } from '../ui/meter.tsx';
import { Tile } from '../ui/tile.tsx';
import { useWork } from './context.tsx';
import { useText } from './texts';

export function OwnTile({ class: extra }: { class: string }) {
  const text = useText();
  const { devices } = useWork();
  const camera = devices.camera.value;
  const stream = useMemo(() => (camera ? new MediaStream([camera]) : undefined), [camera]);
  const silent = devices.sound.value === null || devices.muted.value;
  return (
    <Tile
      class={extra}
      source={stream}
      name={text('visit.you')}
      blank="" // too small for words; the switch has them
      muted={silent ? text('visit.muted') : undefined}
      mirrored
      cover
    />
  );
}

export function DeviceButtons() {
  const text = useText();
  const work = useWork();
  const sound = work.devices.sound.value !== null && !work.devices.muted.value;
  const camera = work.devices.camera.value !== null;
  return (
    <>
      <Button
        kind={sound ? 'primary' : 'ghost'}
        icon={sound ? 'microphone' : 'microphone-off'}
        pressed={sound}
        onClick={() => work.toggleMicrophone()}
      >
        {text('visit.microphone')}
        <span class="state" aria-hidden="true">
          {text(sound ? 'visit.on' : 'visit.off')}
        </span>
      </Button>
      <Button
        kind={camera ? 'primary' : 'ghost'}
        icon={camera ? 'camera' : 'camera-off'}
        pressed={camera}
        onClick={() => work.toggleCamera()}
      >
        {text('visit.camera')}
        <span class="state" aria-hidden="true">
          {text(camera ? 'visit.on' : 'visit.off')}
        </span>
      </Button>
    </>
  );
}

/** Says what is missing and what to do about it. It works without, too. */
export function DeviceTrouble() {
  const text = useText();
  const { devices } = useWork();
  const { sound, camera } = devices.trouble.value;
  return (
    <Alert kind="notice">
      {devices.asking.value && <p>{text('devices.asking')}</p>}
      {camera && <p>{text(`devices.camera.${camera}`)}</p>}
      {sound && <p>{text(`devices.sound.${sound}`)}</p>}
    </Alert>
  );
}

export function OwnLevel() {
  const text = useText();
  const { devices } = useWork();
  const track = devices.sound.value;
  const muted = devices.muted.value;
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    return track && !muted ? watchLevel(track, setLevel) : undefined;
  }, [track, muted]);
  return track && !muted ? <Meter label={text('devices.level')} value={level} /> : null;
}
