// The microphone: whether it hears anything, and how it sounds to the others.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Devices } from '../media/devices.ts';
import { watchLevel } from '../media/level.ts';
import { canRecord, type Recording, record } from '../media/recording.ts';
import { playOnce } from '../media/speaker.ts';
import { Button } from '../ui/button.tsx';
import { Meter } from '../ui/meter.tsx';
import { Choice } from './choice.tsx';
import { Noise } from './effects.tsx';
import type { Key, Say } from './texts.ts';

/** Below this for QUIET_MS, the meter's owner may have the wrong microphone. */
const HEARD = 0.25;
const QUIET_MS = 6_000;

export function Microphone({ devices, t }: { devices: Devices; t: Say }) {
  const track = devices.sound.value;
  const muted = devices.muted.value;
  if (!track || muted) {
    const on = () => {
      devices.mute(false);
      return devices.open({ sound: true, camera: false });
    };
    return (
      <>
        {muted && <p class="small">{t('sound.muted')}</p>}
        <div class="actions">
          <Button kind="ghost" icon="microphone" onClick={on}>
            {t('sound.on')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Level track={track} t={t} />
      <Choice devices={devices} kind="sound" t={t} />
      <Noise devices={devices} t={t} />
      {canRecord() && <SayBack track={track} output={devices.output.value} t={t} />}
    </>
  );
}

function Level({ track, t }: { track: MediaStreamTrack; t: Say }) {
  const [level, setLevel] = useState(0);
  const [quiet, setQuiet] = useState(false);
  useEffect(() => {
    let heard = performance.now();
    const end = watchLevel(track, (level) => {
      const now = performance.now();
      if (level > HEARD) heard = now;
      setLevel(level);
      setQuiet(now - heard > QUIET_MS);
    });
    return end;
  }, [track]);
  return (
    <div class="stack tight">
      <Meter label={t('sound.level')} value={level} />
      <p class="small muted" role="status">
        {t(quiet ? 'sound.quiet' : 'sound.speak')}
      </p>
    </div>
  );
}

function SayBack({ track, output, t }: { track: MediaStreamTrack; output: string; t: Say }) {
  const [word, setWord] = useState<Key>('record.why');
  const running = useRef<Recording | null>(null);
  useEffect(() => () => running.current?.drop(), []);
  const start = async () => {
    try {
      setWord('record.speaking');
      const recording = record(track);
      running.current = recording;
      const sound = await recording.sound;
      running.current = null;
      if (!sound) return setWord('record.failed');
      setWord('record.playing');
      setWord((await playOnce(sound, output)) ? 'record.done' : 'record.failed');
    } catch {
      setWord('record.failed');
    }
  };
  return (
    <div class="stack tight">
      <div class="actions">
        <Button kind="ghost" icon="sound" onClick={start}>
          {t('record.start')}
        </Button>
      </div>
      <p class="small muted" role="status">
        {t(word)}
      </p>
    </div>
  );
}
