// The bell of the desk: it rings again and again until somebody has done something about who has come.
import { type ReadonlySignal, signal } from '@preact/signals';
import { type Player, type SoundName, Tuner } from './sounds';

/** What the bell can sound like, in the order of the list. */
export const bellSounds = ['gong', 'triad', 'signal'] as const satisfies readonly SoundName[];

export interface BellSettings {
  on: boolean;
  sound: (typeof bellSounds)[number];
  /** 1 to 10. */
  volume: number;
  /** Show a notification of the system while the window is not looked at. */
  notify: boolean;
}

const usual: BellSettings = { on: true, sound: 'gong', volume: 6, notify: false };

/** The console's own entry in this browser's storage: clerks are staff, and it holds nothing of citizens. */
const entry = 'schalter-bell';

/** Milliseconds: it rings this often, and never faster, however many come. */
const again = 8_000;
const least = 5_000;

export class Bell {
  readonly #player: Player;
  readonly #settings = signal(stored());
  readonly #ringing = signal(false);
  readonly #arrivals = signal(0);
  #last = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(player: Player = new Tuner()) {
    this.#player = player;
  }

  get settings(): ReadonlySignal<BellSettings> {
    return this.#settings;
  }
  /** Somebody has come, and nobody has done anything about it. Also with the sound off: then it is only shown. */
  get ringing(): ReadonlySignal<boolean> {
    return this.#ringing;
  }
  /** Counts those who came while the clerk was free. */
  get arrivals(): ReadonlySignal<number> {
    return this.#arrivals;
  }
  /** Whether the browser lets it sound: after a reload only once something was clicked. */
  get awake(): ReadonlySignal<boolean> {
    return this.#player.awake;
  }

  wake(): void {
    this.#player.wake();
  }

  set(change: Partial<BellSettings>): void {
    this.#settings.value = { ...this.#settings.value, ...change };
    try {
      localStorage.setItem(entry, JSON.stringify(this.#settings.value));
    } catch {
      // kept for this page only
    }
    if (!this.#settings.value.on) clearTimeout(this.#timer);
    else if (this.#ringing.value) this.#ring();
  }

  /** Once, whether it is on or not: so that one hears what to expect. */
  test(): void {
    this.wake();
    const { sound, volume } = this.#settings.value;
    this.#player.play(sound, volume / 10);
  }

  /** Somebody has begun to wait. */
  arrival(): void {
    this.#arrivals.value++;
    this.#ringing.value = true;
    if (this.#settings.value.on) this.#ring();
  }

  /** Something was done about it, or it was heard: quiet until the next one comes. */
  hush(): void {
    this.#ringing.value = false;
    clearTimeout(this.#timer);
  }

  /** The called citizen has entered. */
  entering(): void {
    const { on, volume } = this.#settings.value;
    if (on) this.#player.play('entering', volume / 10);
  }

  /** A colleague asks something. */
  colleague(): void {
    const { on, volume } = this.#settings.value;
    if (on) this.#player.play('colleague', volume / 10);
  }

  #ring(): void {
    clearTimeout(this.#timer);
    const wait = this.#last + least - performance.now();
    if (wait <= 0) {
      this.#last = performance.now();
      const { sound, volume } = this.#settings.value;
      this.#player.play(sound, volume / 10);
    }
    this.#timer = setTimeout(() => this.#ring(), wait > 0 ? wait : again);
  }
}

/** What is not there or not understood is as usual. */
function stored(): BellSettings {
  try {
    const kept: Partial<BellSettings> = JSON.parse(localStorage.getItem(entry) ?? '{}');
    return {
      on: kept.on ?? usual.on,
      sound: kept.sound && bellSounds.includes(kept.sound) ? kept.sound : usual.sound,
      volume: Math.min(10, Math.max(1, Number(kept.volume) || usual.volume)),
      notify: kept.notify ?? usual.notify,
    };
  } catch {
    return usual;
  }
}
