// The loudspeaker: which one, and whether it is heard.
import { useState } from 'preact/hooks';
import type { Devices } from '../media/devices.ts';
import { choosesOutput, playTone } from '../media/speaker.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { named } from './choice.tsx';
import type { Key, Say } from './texts.ts';

export function Output({ devices, t }: { devices: Devices; t: Say }) {
  const [word, setWord] = useState<Key>();
  const all = devices.available.value.output.filter((device) => device.deviceId !== 'default');
  const choice = choosesOutput() && all.length > 0;
  const test = async () => {
    setWord(undefined);
    const played = await playTone(devices.output.peek());
    setWord(played ? (choice ? 'output.played' : 'output.played_fixed') : 'output.failed');
  };
  return (
    <>
      {choice && (
        <Select
          label={t('output.device')}
          value={devices.output.value}
          onChange={(id) => {
            devices.output.value = id;
          }}
          options={[{ value: '', text: t('output.system') }, ...named(all, t)]}
        />
      )}
      <div class="actions">
        <Button kind="ghost" icon="sound" onClick={test}>
          {t('output.test')}
        </Button>
      </div>
      <p class="small" role="status">
        {word && t(word)}
      </p>
    </>
  );
}
