// The bell of the desk: short tones, made here, so that nothing has to be loaded. Browsers let a page sound only after
// a click: call wake from one.
import { type ReadonlySignal, signal } from '@preact/signals';

type Tones = readonly (readonly [hertz: number, at: number])[];

const arrival: Tones = [
  [784, 0],
  [587, 0.28],
];
const entering: Tones = [
  [587, 0],
  [880, 0.14],
];

export class Bell {
  readonly #on = signal(true);
  #context: AudioContext | undefined;

  /** Kept for this page only. */
  get on(): ReadonlySignal<boolean> {
    return this.#on;
  }

  /** Switched on, it sounds, so that one hears what to expect. */
  toggle(): void {
    this.#on.value = !this.#on.value;
    this.wake();
    if (this.#on.value) this.arrival();
  }

  wake(): void {
    try {
      this.#context ??= new AudioContext();
    } catch {
      return; // no sound here; nothing else depends on it
    }
    void this.#context.resume().catch(() => {});
  }

  /** Somebody has begun to wait. */
  arrival(): void {
    this.#play(arrival, 0.9);
  }

  /** The called citizen has entered. */
  entering(): void {
    this.#play(entering, 0.5);
  }

  #play(tones: Tones, seconds: number): void {
    const context = this.#context;
    if (!this.#on.value || context?.state !== 'running') return;
    for (const [hertz, at] of tones) {
      const start = context.currentTime + at;
      const gain = context.createGain();
      gain.gain.setValueAtTime(0.0001, start);
      gain.gain.exponentialRampToValueAtTime(0.3, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + seconds);
    }
  }
}
