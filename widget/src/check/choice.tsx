// Which device of a kind is used, if there is more than one.
import type { Devices, Kind } from '../media/devices.ts';
import { Select } from '../ui/field.tsx';
import type { Say } from './texts.ts';

export function Choice({ devices, kind, t }: { devices: Devices; kind: Kind; t: Say }) {
  const all = devices.available.value[kind];
  void devices[kind].value; // drawn anew when another one is used
  if (all.length < 2) return null;
  return (
    <Select
      label={t(kind === 'camera' ? 'picture.device' : 'sound.device')}
      value={devices.used(kind)}
      onChange={(id) => void devices.choose(kind, id)}
      options={named(all, t)}
    />
  );
}

/** Labels are empty where no permission was given yet. */
export function named(all: readonly MediaDeviceInfo[], t: Say): { value: string; text: string }[] {
  return all.map((device, i) => ({ value: device.deviceId, text: device.label || t('device.unnamed', { n: i + 1 }) }));
}
