// Noise kept out of the microphone's sound, more than the browser does by itself: RNNoise in a worklet, on this device
// alone, loaded when somebody wants it.
import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import type { MakeFilter } from './devices.ts';

/** Folder of the model's files, beneath our own origin; set by the build. */
declare const NOISE_PATH: string;

/** RNNoise knows this rate only. */
const RATE = 48_000;
const LOOK_MS = 3_000;
/** Share of real time that the sound may lag behind in one look. */
const LAG = 0.1;

export function offersNoise(): boolean {
  return typeof AudioWorkletNode === 'function' && typeof WebAssembly === 'object';
}

export const quiet: MakeFilter = async (track, onTooSlow) => {
  const context = new AudioContext({ sampleRate: RATE });
  try {
    const [wasmBinary] = await Promise.all([
      loadRnnoise({ url: `${NOISE_PATH}/rnnoise.wasm`, simdUrl: `${NOISE_PATH}/rnnoise_simd.wasm` }),
      context.audioWorklet.addModule(`${NOISE_PATH}/worklet.js`),
      context.resume(),
    ]);
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const filter = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
    const end = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    source.connect(filter).connect(end);
    const [filtered] = end.stream.getAudioTracks();
    if (!filtered) throw new Error('no sound comes out');
    const watch = watchLag(context, onTooSlow);
    return {
      track: filtered,
      stop: () => {
        clearInterval(watch);
        filter.destroy();
        source.disconnect();
        void context.close().catch(() => undefined);
      },
    };
  } catch (error) {
    void context.close().catch(() => undefined);
    throw error;
  }
};

/** A device that cannot keep up renders less sound than time goes by: twice in a row is no accident. */
function watchLag(context: AudioContext, onTooSlow: () => void): ReturnType<typeof setInterval> {
  let before = { real: performance.now(), sound: context.currentTime };
  let late = 0;
  const timer = setInterval(() => {
    const now = { real: performance.now(), sound: context.currentTime };
    const passed = (now.real - before.real) / 1000;
    const lag = 1 - (now.sound - before.sound) / passed;
    before = now;
    late = context.state === 'running' && lag > LAG ? late + 1 : 0;
    if (late < 2) return;
    clearInterval(timer);
    onTooSlow();
  }, LOOK_MS);
  return timer;
}
