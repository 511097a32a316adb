// The call must not be missed: a soft chime that repeats until the citizen acts, vibration, and the board's own ring
// where the browser holds our sound back.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Host } from './host.ts';

const EVERY_MS = 6_000;
const BUZZ = [250, 150, 250];

export class Bell {
  readonly #host: Host;
  readonly #ringing = signal(false);
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** It is to be heard right now, and can be silenced. */
  get ringing(): ReadonlySignal<boolean> {
    return this.#ringing;
  }

  /** To be called on a click or key: from then on the browser lets us play. */
  unlock(): void {
    this.#context ??= newContext();
    if (this.#context?.state === 'suspended') void this.#context.resume().catch(() => undefined);
  }

  ring(): void {
    if (this.#timer !== undefined) return;
    this.#ringing.value = true;
    this.unlock();
    const strike = () => {
      this.#host.vibrate(BUZZ);
      this.#strike();
    };
    strike();
    this.#timer = setInterval(strike, EVERY_MS);
    // A context that may play needs a moment to say so.
    setTimeout(() => {
      if (this.#ringing.peek() && this.#context?.state !== 'running') this.#host.ring(true);
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

  /** Plays once. False: the browser plays nothing here. */
  async test(): Promise<boolean> {
    this.unlock();
    await this.#context?.resume().catch(() => undefined);
    return this.#strike();
  }

  /** Two falling tones like a counter's gong, less than two seconds. */
  #strike(): boolean {
    const context = this.#context;
    if (context?.state !== 'running') return false;
    const start = context.currentTime + 0.02;
    tone(context, 659.25, start, 0.9);
    tone(context, 523.25, start + 0.45, 1.2);
    return true;
  }
}

function newContext(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

function tone(context: AudioContext, hertz: number, at: number, seconds: number): void {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.28, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
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
