// Short tones, made here, so that nothing has to be loaded. Browsers let a page sound only after a click.
import { type ReadonlySignal, signal } from '@preact/signals';

type Tones = readonly (readonly [hertz: number, at: number])[];

/** What the bell can sound like, and the chime for a citizen who enters. */
const sounds = {
  gong: {
    seconds: 0.9,
    tones: [
      [784, 0],
      [587, 0.28],
    ],
  },
  triad: {
    seconds: 0.7,
    tones: [
      [523, 0],
      [659, 0.18],
      [784, 0.36],
      [1047, 0.54],
    ],
  },
  signal: {
    seconds: 0.16,
    tones: [
      [988, 0],
      [988, 0.22],
      [988, 0.44],
    ],
  },
  /* A colleague: two low knocks, like nothing that the bell of the waiting can sound like. */
  colleague: {
    seconds: 0.35,
    tones: [
      [330, 0],
      [330, 0.2],
    ],
  },
  entering: {
    seconds: 0.5,
    tones: [
      [587, 0],
      [880, 0.14],
    ],
  },
} satisfies Record<string, { seconds: number; tones: Tones }>;

export type SoundName = keyof typeof sounds;

export interface Player {
  /** The browser lets this page sound. */
  readonly awake: ReadonlySignal<boolean>;
  /** Call it from a click. */
  wake(): void;
  /** volume: 0 to 1. Silent while the browser forbids it. */
  play(name: SoundName, volume: number): void;
}

export class Tuner implements Player {
  readonly #awake = signal(false);
  #context: AudioContext | undefined;

  get awake(): ReadonlySignal<boolean> {
    return this.#awake;
  }

  wake(): void {
    try {
      this.#context ??= this.#open();
    } catch {
      return; // no sound here; nothing else depends on it
    }
    void this.#context.resume().catch(() => {});
  }

  #open(): AudioContext {
    const context = new AudioContext();
    const look = () => {
      this.#awake.value = context.state === 'running';
    };
    context.addEventListener('statechange', look);
    look();
    return context;
  }

  play(name: SoundName, volume: number): void {
    const context = this.#context;
    if (context?.state !== 'running' || volume <= 0) return;
    const { tones, seconds } = sounds[name];
    for (const [hertz, at] of tones) {
      const start = context.currentTime + at;
      const gain = context.createGain();
      gain.gain.setValueAtTime(0.0001, start);
      gain.gain.exponentialRampToValueAtTime(0.6 * volume, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + seconds);
    }
  }
}
