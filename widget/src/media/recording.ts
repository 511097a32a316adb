// Says back what one has just said. A few seconds of sound, held in memory only, and dropped as soon as they were heard.

const RECORD_MS = 4_000;

export interface Recording {
  /** Resolves with the sound, or undefined if it was dropped meanwhile. */
  readonly sound: Promise<Blob | undefined>;
  /** Ends it early; what was said until then is there. */
  end(): void;
  drop(): void;
}

/** False: this browser cannot say it back. */
export function canRecord(): boolean {
  return typeof MediaRecorder === 'function';
}

/** Takes up to RECORD_MS of a track. Throws what MediaRecorder throws. */
export function record(track: MediaStreamTrack): Recording {
  const recorder = new MediaRecorder(new MediaStream([track]));
  let parts: Blob[] = [];
  let dropped = false;
  recorder.ondataavailable = (event) => {
    if (!dropped) parts.push(event.data);
  };
  const stop = () => {
    clearTimeout(timer);
    if (recorder.state !== 'inactive') recorder.stop();
  };
  const timer = setTimeout(stop, RECORD_MS);
  const sound = new Promise<Blob | undefined>((resolve) => {
    recorder.onstop = () => {
      const whole = dropped || parts.length === 0 ? undefined : new Blob(parts, { type: recorder.mimeType });
      parts = [];
      resolve(whole);
    };
    recorder.onerror = () => resolve(undefined);
  });
  recorder.start();
  return {
    sound,
    end: stop,
    drop: () => {
      dropped = true;
      stop();
    },
  };
}
