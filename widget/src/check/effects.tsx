// The background blurred, and noise kept out: off by default, on this device alone, and loaded when wanted.
import { useState } from 'preact/hooks';
import type { Devices, Kind, MakeFilter } from '../media/devices.ts';
import { Checkbox } from '../ui/choice.tsx';
import { useLoaded } from '../ui/loaded.ts';
import type { Key, Say } from './texts.ts';

const loadBlur = () => import('../media/blur.ts');
const loadNoise = () => import('../media/noise.ts');

export function Blur({ devices, t }: { devices: Devices; t: Say }) {
  const { part } = useLoaded(loadBlur, true);
  if (!part?.offersBlur(devices.camera.value)) return null;
  return <Effect devices={devices} kind="camera" make={part.blur} label="blur" t={t} />;
}

export function Noise({ devices, t }: { devices: Devices; t: Say }) {
  const { part } = useLoaded(loadNoise, true);
  if (!part?.offersNoise()) return null;
  return <Effect devices={devices} kind="sound" make={part.quiet} label="noise" t={t} />;
}

interface EffectProps {
  devices: Devices;
  kind: Kind;
  make: MakeFilter;
  label: 'blur' | 'noise';
  t: Say;
}

function Effect({ devices, kind, make, label, t }: EffectProps) {
  const [word, setWord] = useState<Key>();
  const change = async (on: boolean) => {
    setWord(on ? 'effect.starting' : undefined);
    try {
      await devices.filter(kind, on ? make : null);
      setWord(undefined);
    } catch {
      setWord(`effect.${label}_failed`);
    }
  };
  return (
    <div class="stack tight">
      <Checkbox
        label={t(`effect.${label}`)}
        hint={t(`effect.${label}_hint`)}
        checked={devices.filtered(kind)}
        onChange={change}
      />
      <p class="small" role="status">
        {word && t(word)}
      </p>
    </div>
  );
}
