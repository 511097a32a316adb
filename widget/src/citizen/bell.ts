// The call must not be missed: a soft chime that repeats until the citizen acts, vibration, and the board's own ring
// where the browser holds our sound back.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { Host } from './host.ts';

const EVERY_MS = 6_000;
const BUZZ = [250, 150, 250];
/** Below this nobody hears anything. */
const SILENT = 0.01;

export class Bell {
  /** 0 to 1; 0 is a call without sound. */
  readonly volume: Signal<number> = signal(1);
  readonly #host: Host;
  readonly #ringing = signal(false);
  readonly #asleep = signal(!navigator.userActivation?.hasBeenActive);
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** It is to be heard right now, and can be silenced. */
  get ringing(): ReadonlySignal<boolean> {
    return this.#ringing;
  }
  /** Nobody has touched this page yet, so the browser holds its sound back. */
  get asleep(): ReadonlySignal<boolean> {
    return this.#asleep;
  }

  /** To be called on a click or key: from then on the browser lets us play. */
  unlock(): void {
    this.#asleep.value = false;
    this.#wake();
  }

  /** Rings until it is silenced. One that rings already goes on, and the board begins anew. */
  ring(): void {
    this.#ringing.value = true;
    this.#wake();
    const strike = () => {
      this.#host.vibrate(BUZZ);
      this.#strike(GONG);
    };
    if (this.#timer === undefined) {
      strike();
      this.#timer = setInterval(strike, EVERY_MS);
    }
    // A context that may play needs a moment to say so.
    setTimeout(() => {
      if (this.#ringing.peek() && this.#context?.state !== 'running') this.#host.ring(true, this.volume.peek());
    }, 250);
  }

  silence(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!this.#ringing.peek()) return;
    this.#ringing.value = false;
    this.#host.ring(false);
    try {
      navigator.vibrate?.(0);
    } catch {
      // Nothing was buzzing.
    }
  }

  /** One short tone, once: it will soon be this citizen's turn. */
  nudge(): void {
    this.#strike(NUDGE);
  }

  /** Plays once. False: the browser plays nothing here. */
  async test(): Promise<boolean> {
    this.unlock();
    await this.#context?.resume().catch(() => undefined);
    return this.#strike(GONG);
  }

  #wake(): void {
    this.#context ??= newContext();
    if (this.#context?.state === 'suspended') void this.#context.resume().catch(() => undefined);
  }

  #strike(tones: readonly Tone[]): boolean {
    const context = this.#context;
    if (context?.state !== 'running') return false;
    const loud = this.volume.peek();
    if (loud >= SILENT) for (const one of tones) play(context, one, loud);
    return true;
  }
}

interface Tone {
  hertz: number;
  /** Seconds after the strike. */
  after: number;
  seconds: number;
}

/** Two falling tones like a counter's gong, less than two seconds. */
const GONG: Tone[] = [
  { hertz: 659.25, after: 0, seconds: 0.9 },
  { hertz: 523.25, after: 0.45, seconds: 1.2 },
];
const NUDGE: Tone[] = [{ hertz: 523.25, after: 0, seconds: 0.7 }];

function newContext(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

function play(context: AudioContext, { hertz, after, seconds }: Tone, loud: number): void {
  const at = context.currentTime + 0.02 + after;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.28 * loud, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001 * loud, at + seconds);
  gain.connect(context.destination);
  for (const [factor, share] of [
    [1, 1],
    [2, 0.25],
  ] as const) {
    const partial = context.createGain();
    partial.gain.value = share;
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hertz * factor;
    oscillator.connect(partial).connect(gain);
    oscillator.start(at);
    oscillator.stop(at + seconds);
  }
}
