// Camera and microphone: asked for on a click only, never both or nothing. The tracks live here; who sends or shows
// them reads the signals.
import { computed, type ReadonlySignal, signal } from '@preact/signals-core';

/** Why a device is not there. policy: the surrounding page forbids it. insecure: the page is not https. */
export type Cause = 'denied' | 'missing' | 'in-use' | 'insecure' | 'policy';

export type Kind = 'sound' | 'camera';

/** What there is to choose from. Labels are empty before the first permission. */
export interface Available {
  readonly sound: readonly MediaDeviceInfo[];
  readonly camera: readonly MediaDeviceInfo[];
  readonly output: readonly MediaDeviceInfo[];
}

/**
 * What a device did by itself. replaced: it is gone, and another one is used. back: it is there again, and used.
 * unfiltered: what the person wanted done to it (Devices.filter) could not be kept up; a camera is off for that reason.
 */
export interface Mishap {
  readonly kind: Kind;
  readonly what: 'replaced' | 'back' | 'unfiltered';
  /** Name of the device that is used now. */
  readonly label: string;
}

/** Something done to a track on its way to the others, such as blurring the background. */
export interface Filter {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Throws if it cannot be done here. `onTooSlow` may be called later, once. */
export type MakeFilter = (track: MediaStreamTrack, onTooSlow: () => void) => Promise<Filter>;

export interface Wish {
  sound: boolean;
  camera: boolean;
}

/** What the browser says of permissions. Test seam. */
export interface DeviceEnv {
  media:
    | (Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> & Partial<Pick<MediaDevices, 'addEventListener'>>)
    | undefined;
  permission: (kind: Kind) => Promise<PermissionState | undefined>;
  /** False: the Permissions-Policy of the page or its frame forbids it. */
  allowed: (kind: Kind) => boolean;
}

export function browserDevices(): DeviceEnv {
  const name = (kind: Kind) => (kind === 'sound' ? 'microphone' : 'camera');
  return {
    media: navigator.mediaDevices,
    permission: async (kind) => {
      try {
        return (await navigator.permissions.query({ name: name(kind) as PermissionName })).state;
      } catch {
        return undefined; // not known in this browser
      }
    },
    allowed: (kind) => {
      const policy = (document as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
      return policy?.allowsFeature(name(kind)) ?? true;
    },
  };
}

const WANTED: Record<Kind, MediaTrackConstraints> = {
  sound: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: { ideal: 1 } },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: { ideal: 'user' } },
};

export class Devices {
  readonly #env: DeviceEnv;
  readonly #tracks = {
    sound: signal<MediaStreamTrack | null>(null),
    camera: signal<MediaStreamTrack | null>(null),
  };
  readonly #trouble = signal<Partial<Record<Kind, Cause>>>({});
  readonly #muted = signal(false);
  readonly #chosen: Partial<Record<Kind, string>> = {};
  readonly #asking = signal(false);
  readonly #available = signal<Available>({ sound: [], camera: [], output: [] });
  readonly #mishap = signal<Mishap | null>(null);
  /** Where the others are heard; empty: the system's own choice. */
  readonly output = signal('');
  readonly #raw: Partial<Record<Kind, MediaStreamTrack>> = {};
  readonly #wanted = signal<Partial<Record<Kind, MakeFilter>>>({});
  readonly #filters: Partial<Record<Kind, Filter>> = {};
  readonly #lost = new Set<Kind>(); // went by themselves
  #side: 'user' | 'environment' = 'user';
  #closed = false;

  constructor(env: DeviceEnv = browserDevices()) {
    this.#env = env;
    env.media?.addEventListener?.('devicechange', () => void this.#changed());
  }

  get available(): ReadonlySignal<Available> {
    return this.#available;
  }
  /** The last thing that a device did by itself. */
  get mishap(): ReadonlySignal<Mishap | null> {
    return this.#mishap;
  }

  /** Which way the camera looks, where the device says so: towards its owner, or away. */
  get facing(): 'user' | 'environment' | undefined {
    const facing = this.#raw.camera?.getSettings().facingMode;
    return facing === 'user' || facing === 'environment' ? facing : undefined;
  }

  /** Whether there is a camera on the other side: a phone's. */
  readonly canTurn: ReadonlySignal<boolean> = computed(() => {
    return this.#tracks.camera.value !== null && this.facing !== undefined && this.#available.value.camera.length > 1;
  });

  /** The microphone's track; it stays while muted. */
  get sound(): ReadonlySignal<MediaStreamTrack | null> {
    return this.#tracks.sound;
  }
  /** The camera's track; null while the camera is off, and its light too. */
  get camera(): ReadonlySignal<MediaStreamTrack | null> {
    return this.#tracks.camera;
  }
  get trouble(): ReadonlySignal<Partial<Record<Kind, Cause>>> {
    return this.#trouble;
  }
  get muted(): ReadonlySignal<boolean> {
    return this.#muted;
  }
  /** The browser may be asking the person right now. */
  get asking(): ReadonlySignal<boolean> {
    return this.#asking;
  }

  /** Gets what is wished and not yet there. Never throws: `trouble` says what is missing, and why. */
  async open(wish: Wish): Promise<void> {
    const want = (['sound', 'camera'] as const).filter((kind) => wish[kind] && !this.#raw[kind]);
    if (want.length === 0) return;
    this.#closed = false;
    if (!this.#env.media) return this.#fail(want, 'insecure');
    const may = want.filter((kind) => this.#env.allowed(kind));
    this.#fail(
      want.filter((kind) => !may.includes(kind)),
      'policy',
    );
    this.#asking.value = true;
    try {
      await this.#get(may);
    } finally {
      this.#asking.value = false;
    }
  }

  /** Both in one question if possible; if that fails, what can be had alone. */
  async #get(kinds: Kind[]): Promise<void> {
    if (kinds.length === 0) return;
    try {
      await this.#take(await this.#ask(kinds));
      return;
    } catch (error) {
      if (nameOf(error) === 'OverconstrainedError' && kinds.some((kind) => this.#chosen[kind])) {
        for (const kind of kinds) delete this.#chosen[kind]; // the chosen one is gone: any other will do
        return this.#get(kinds);
      }
      if (kinds.length === 1) return this.#fail(kinds, causeOf(error));
      if (causeOf(error) === 'denied') {
        // Asking again would annoy whoever just said no. Only a standing permission of one of them helps.
        const states = await Promise.all(kinds.map((kind) => this.#env.permission(kind)));
        const granted = kinds.filter((_, i) => states[i] === 'granted');
        this.#fail(
          kinds.filter((kind) => !granted.includes(kind)),
          'denied',
        );
        kinds = granted;
      }
    }
    for (const kind of kinds) await this.#get([kind]);
  }

  async #ask(kinds: Kind[]): Promise<MediaStream> {
    const constraint = (kind: Kind) => {
      if (!kinds.includes(kind)) return false;
      const id = this.#chosen[kind];
      if (kind === 'camera' && !id) return { ...WANTED.camera, facingMode: { ideal: this.#side } };
      return id ? { ...WANTED[kind], facingMode: [], deviceId: { exact: id } } : WANTED[kind];
    };
    const media = this.#env.media;
    if (!media) throw new DOMException('no media devices', 'NotSupportedError');
    return media.getUserMedia({ audio: constraint('sound'), video: constraint('camera') });
  }

  async #take(stream: MediaStream): Promise<void> {
    for (const track of stream.getTracks()) {
      const kind: Kind = track.kind === 'audio' ? 'sound' : 'camera';
      if (this.#closed) {
        track.stop();
        continue;
      }
      if (kind === 'camera' && 'contentHint' in track) track.contentHint = 'motion';
      if (kind === 'sound') track.enabled = !this.#muted.value;
      track.addEventListener('ended', () => void this.#ended(kind, track));
      this.#drop(kind);
      this.#raw[kind] = track;
      this.#lost.delete(kind);
      const { [kind]: _, ...rest } = this.#trouble.value;
      this.#trouble.value = rest;
      // What is to be filtered is not sent without the filter.
      if (this.#wanted.peek()[kind]) await this.#refine(kind).catch(() => this.#unfiltered(kind));
      else this.#tracks[kind].value = track;
    }
    void this.look();
  }

  /** Puts the wanted filter on the raw track. Throws what the filter throws; then the track is as it was. */
  async #refine(kind: Kind): Promise<void> {
    const make = this.#wanted.peek()[kind];
    const raw = this.#raw[kind];
    if (!raw) return;
    const filter = await make?.(raw, () => {
      if (this.#raw[kind] === raw) this.#unfiltered(kind);
    });
    if (this.#raw[kind] !== raw || this.#wanted.peek()[kind] !== make) {
      filter?.stop(); // changed meanwhile
      return;
    }
    const before = this.#filters[kind];
    if (filter) {
      if (kind === 'camera' && 'contentHint' in filter.track) filter.track.contentHint = 'motion';
      this.#filters[kind] = filter;
    } else delete this.#filters[kind];
    this.#tracks[kind].value = filter?.track ?? raw;
    before?.stop();
  }

  /**
   * What is to be done to a kind's tracks from now on, of all devices; null: nothing. Throws what the filter throws: then
   * nothing is done.
   */
  async filter(kind: Kind, make: MakeFilter | null): Promise<void> {
    this.#want(kind, make);
    try {
      await this.#refine(kind);
    } catch (error) {
      if (this.#wanted.peek()[kind] === make) this.#want(kind, null);
      throw error;
    }
  }

  /** Whether something is done to a kind's tracks. */
  filtered(kind: Kind): boolean {
    return this.#wanted.value[kind] !== undefined;
  }

  #want(kind: Kind, make: MakeFilter | null): void {
    const { [kind]: _, ...rest } = this.#wanted.peek();
    this.#wanted.value = make ? { ...rest, [kind]: make } : rest;
  }

  /** Who wanted the background blurred is not shown without: the camera goes off. Sound goes on as it is. */
  #unfiltered(kind: Kind): void {
    this.#want(kind, null);
    const raw = this.#raw[kind] ?? null;
    if (kind === 'camera') this.cameraOff();
    else {
      this.#filters[kind]?.stop();
      delete this.#filters[kind];
      this.#tracks[kind].value = raw;
    }
    this.#mishap.value = { kind, what: 'unfiltered', label: raw?.label ?? '' };
  }

  /** Stops and forgets a kind's track. */
  #drop(kind: Kind): void {
    this.#tracks[kind].value = null;
    this.#filters[kind]?.stop();
    delete this.#filters[kind];
    this.#raw[kind]?.stop();
    delete this.#raw[kind];
  }

  /** A device is gone: another one takes its place, if there is one and nobody need be asked. */
  async #ended(kind: Kind, track: MediaStreamTrack): Promise<void> {
    if (this.#raw[kind] !== track) return;
    this.#drop(kind);
    this.#lost.add(kind);
    this.#fail([kind], 'missing');
    await this.#recover('replaced');
  }

  async #changed(): Promise<void> {
    await this.look();
    if (this.output.value && !this.#available.value.output.some((d) => d.deviceId === this.output.value)) {
      this.output.value = '';
    }
    await this.#recover('back');
  }

  async #recover(what: 'replaced' | 'back'): Promise<void> {
    await this.look();
    for (const kind of [...this.#lost]) {
      if (this.#available.value[kind].length === 0 || (await this.#env.permission(kind)) !== 'granted') continue;
      if (!this.#lost.delete(kind) || this.#closed) continue;
      await this.#get([kind]);
      const label = this.#raw[kind]?.label;
      if (label !== undefined) this.#mishap.value = { kind, what, label };
    }
  }

  /** Sees which devices there are. */
  async look(): Promise<void> {
    const all = (await this.#env.media?.enumerateDevices().catch(() => [])) ?? [];
    const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== '');
    this.#available.value = { sound: of('audioinput'), camera: of('videoinput'), output: of('audiooutput') };
  }

  /** Id of the device that is used; empty if none is. */
  used(kind: Kind): string {
    return this.#raw[kind]?.getSettings().deviceId ?? '';
  }

  #fail(kinds: Kind[], cause: Cause): void {
    if (kinds.length === 0) return;
    this.#trouble.value = { ...this.#trouble.value, ...Object.fromEntries(kinds.map((kind) => [kind, cause])) };
  }

  mute(on: boolean): void {
    this.#muted.value = on;
    if (this.#raw.sound) this.#raw.sound.enabled = !on;
  }

  /** Really off: the light of the camera goes out. */
  cameraOff(): void {
    this.#lost.delete('camera');
    this.#drop('camera');
  }

  /** Changes to another device; the old one is given back first, for some systems open only one camera. */
  async choose(kind: Kind, deviceId: string): Promise<void> {
    this.#chosen[kind] = deviceId;
    this.#drop(kind);
    await this.open({ sound: kind === 'sound', camera: kind === 'camera' });
  }

  /** From the front camera to the back one, or the other way. */
  async turn(): Promise<void> {
    this.#side = this.facing === 'environment' ? 'user' : 'environment';
    delete this.#chosen.camera;
    this.#drop('camera');
    await this.open({ sound: false, camera: true });
  }

  /** Gives everything back. */
  close(): void {
    this.#closed = true;
    this.#lost.clear();
    this.#drop('sound');
    this.#drop('camera');
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

/** What an error of getUserMedia means. */
export function causeOf(error: unknown): Cause {
  switch (nameOf(error)) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return 'denied';
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return 'in-use';
    case 'SecurityError':
      return 'policy';
    case 'NotSupportedError':
      return 'insecure';
    default:
      return 'missing';
  }
}
