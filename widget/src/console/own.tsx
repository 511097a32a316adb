/** What is wrong with the clerk's own devices, and how loud the microphone is. */
import { useEffect, useState } from 'preact/hooks';
import { watchLevel } from '../media/level';
import { Alert } from '../ui/alert.tsx';
import { Meter } from '../ui/meter.tsx';
import { useWork } from './context.tsx';
import { useText } from './texts';

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
