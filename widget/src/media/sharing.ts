// What is shown beside the own picture: a screen, a window, or a second camera over a document. One at a time, by one
// line of the connection. Asked for on a click only.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import { causeOf } from './devices.ts';

export type ShareKind = 'screen' | 'camera';

/**
 * Why nothing is shown. cancelled: the person chose nothing, or said no. system: the operating system keeps the screen
 * from the browser. policy: the surrounding page forbids it. withdrawn: the clerk has ended it.
 */
export type ShareTrouble = 'cancelled' | 'system' | 'policy' | 'failed' | 'in-use' | 'missing' | 'withdrawn';

/** What the browser offers. Test seam. */
export interface ShareEnv {
  media: Pick<MediaDevices, 'getUserMedia'> & Partial<Pick<MediaDevices, 'getDisplayMedia'>>;
  /** False: the Permissions-Policy of the page or its frame forbids it. */
  allowed: () => boolean;
}

function browserShare(): ShareEnv {
  const policy = (document as { featurePolicy?: { allowsFeature(name: string): boolean } }).featurePolicy;
  return {
    media: navigator.mediaDevices ?? { getUserMedia: () => Promise.reject(new DOMException('', 'NotSupportedError')) },
    allowed: () => policy?.allowsFeature('display-capture') ?? true,
  };
}

/** A large screen is sent as it is, up to here: letters stay readable, and an old notebook keeps up. */
const SCREEN: DisplayMediaStreamOptions = {
  video: { width: { max: 2560 }, height: { max: 1600 }, frameRate: { ideal: 15, max: 15 } },
  audio: false,
};

/** A document lies still: as fine as the camera can, not as fast. */
const DOCUMENT: MediaTrackConstraints = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 15 },
};

export class Sharing {
  readonly #env: ShareEnv;
  readonly #track = signal<MediaStreamTrack | null>(null);
  readonly #kind = signal<ShareKind | null>(null);
  readonly #trouble = signal<ShareTrouble | null>(null);
  #asked = 0; // only the latest wish counts

  constructor(env: ShareEnv = browserShare()) {
    this.#env = env;
  }

  /** What is shown; null: nothing. */
  get track(): ReadonlySignal<MediaStreamTrack | null> {
    return this.#track;
  }
  get kind(): ReadonlySignal<ShareKind | null> {
    return this.#kind;
  }
  get trouble(): ReadonlySignal<ShareTrouble | null> {
    return this.#trouble;
  }

  /** Whether a screen can be shown from here at all: phones cannot, and a page may forbid it. */
  get canScreen(): boolean {
    return this.#env.media.getDisplayMedia !== undefined && this.#env.allowed();
  }

  /** Shows a screen or a window that the person chooses. Never throws: `trouble` says what went wrong. */
  screen(): Promise<void> {
    return this.#begin('screen', async () => {
      if (!this.#env.media.getDisplayMedia) throw new DOMException('no screens', 'NotSupportedError');
      return this.#env.media.getDisplayMedia(SCREEN);
    });
  }

  /** Shows a second camera. Never throws. */
  camera(deviceId: string): Promise<void> {
    const video = { ...DOCUMENT, deviceId: { exact: deviceId } };
    return this.#begin('camera', () => this.#env.media.getUserMedia({ audio: false, video }));
  }

  stop(): void {
    this.#drop(null);
  }

  /** Ended by somebody else. */
  end(why: ShareTrouble): void {
    this.#drop(why);
  }

  #drop(why: ShareTrouble | null): void {
    this.#asked++;
    const track = this.#track.peek();
    this.#track.value = null;
    this.#kind.value = null;
    this.#trouble.value = why;
    track?.stop();
  }

  async #begin(kind: ShareKind, ask: () => Promise<MediaStream>): Promise<void> {
    const asked = ++this.#asked;
    this.#trouble.value = null;
    try {
      const stream = await ask();
      const track = stream.getVideoTracks()[0];
      if (asked !== this.#asked || !track) {
        for (const t of stream.getTracks()) t.stop();
        return;
      }
      if ('contentHint' in track) track.contentHint = kind === 'screen' ? 'text' : 'detail';
      // The browser's own bar has a button for it, and a window may be closed.
      track.addEventListener('ended', () => {
        if (this.#track.peek() === track) this.#drop(null);
      });
      this.#track.peek()?.stop();
      this.#kind.value = kind;
      this.#track.value = track;
    } catch (error) {
      if (asked === this.#asked) this.#trouble.value = troubleOf(error, kind);
    }
  }
}

/** What an error of getDisplayMedia or getUserMedia means. */
export function troubleOf(error: unknown, kind: ShareKind): ShareTrouble {
  const { name, message } = error instanceof Error || error instanceof DOMException ? error : { name: '', message: '' };
  if (kind === 'screen') {
    if (name === 'NotAllowedError') {
      if (/by system/i.test(message)) return 'system'; // macOS, where the browser may not record the screen
      return /permissions policy/i.test(message) ? 'policy' : 'cancelled';
    }
    return name === 'NotReadableError' || name === 'NotFoundError' ? 'system' : 'failed';
  }
  switch (causeOf(error)) {
    case 'denied':
      return 'cancelled';
    case 'in-use':
      return 'in-use';
    case 'policy':
      return 'policy';
    default:
      return 'missing';
  }
}
