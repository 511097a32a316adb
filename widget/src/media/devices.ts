// Camera and microphone: asked for on a click only, never both or nothing. The tracks live here; who sends or shows
// them reads the signals.
import { type ReadonlySignal, signal } from '@preact/signals-core';

/** Why a device is not there. policy: the surrounding page forbids it. insecure: the page is not https. */
export type Cause = 'denied' | 'missing' | 'in-use' | 'insecure' | 'policy';

export type Kind = 'sound' | 'camera';

export interface Wish {
  sound: boolean;
  camera: boolean;
}

/** What the browser says of permissions. Test seam. */
export interface DeviceEnv {
  media: Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'> | undefined;
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
  #closed = false;

  constructor(env: DeviceEnv = browserDevices()) {
    this.#env = env;
  }

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
    const want = (['sound', 'camera'] as const).filter((kind) => wish[kind] && !this.#tracks[kind].value);
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
      this.#take(await this.#ask(kinds));
      return;
    } catch (error) {
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
      return id ? { ...WANTED[kind], facingMode: [], deviceId: { ideal: id } } : WANTED[kind];
    };
    const media = this.#env.media;
    if (!media) throw new DOMException('no media devices', 'NotSupportedError');
    return media.getUserMedia({ audio: constraint('sound'), video: constraint('camera') });
  }

  #take(stream: MediaStream): void {
    for (const track of stream.getTracks()) {
      const kind: Kind = track.kind === 'audio' ? 'sound' : 'camera';
      if (this.#closed) {
        track.stop();
        continue;
      }
      if (kind === 'camera' && 'contentHint' in track) track.contentHint = 'motion';
      if (kind === 'sound') track.enabled = !this.#muted.value;
      track.addEventListener('ended', () => {
        if (this.#tracks[kind].value !== track) return;
        this.#tracks[kind].value = null;
        this.#fail([kind], 'missing');
      });
      this.#tracks[kind].value?.stop();
      this.#tracks[kind].value = track;
      const { [kind]: _, ...rest } = this.#trouble.value;
      this.#trouble.value = rest;
    }
  }

  #fail(kinds: Kind[], cause: Cause): void {
    if (kinds.length === 0) return;
    this.#trouble.value = { ...this.#trouble.value, ...Object.fromEntries(kinds.map((kind) => [kind, cause])) };
  }

  mute(on: boolean): void {
    this.#muted.value = on;
    const track = this.#tracks.sound.value;
    if (track) track.enabled = !on;
  }

  /** Really off: the light of the camera goes out. */
  cameraOff(): void {
    const track = this.#tracks.camera.value;
    this.#tracks.camera.value = null;
    track?.stop();
  }

  /** The devices to choose from. Labels are empty before the first permission. */
  async list(kind: Kind): Promise<MediaDeviceInfo[]> {
    const wanted = kind === 'sound' ? 'audioinput' : 'videoinput';
    const all = (await this.#env.media?.enumerateDevices()) ?? [];
    return all.filter((device) => device.kind === wanted && device.deviceId !== '');
  }

  /** Changes to another device; the old one is given back first, for some systems open only one camera. */
  async choose(kind: Kind, deviceId: string): Promise<void> {
    this.#chosen[kind] = deviceId;
    const old = this.#tracks[kind].value;
    this.#tracks[kind].value = null;
    old?.stop();
    await this.open({ sound: kind === 'sound', camera: kind === 'camera' });
  }

  /** Gives everything back. */
  close(): void {
    this.#closed = true;
    for (const track of [this.#tracks.sound, this.#tracks.camera]) {
      track.value?.stop();
      track.value = null;
    }
  }
}

/** What an error of getUserMedia means. */
export function causeOf(error: unknown): Cause {
  switch (error instanceof Error || error instanceof DOMException ? error.name : '') {
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
