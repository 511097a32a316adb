// Keeps a tile's picture hidden until a frame is presented that surely belongs to who sits there now: nobody appears
// under another's name. It owns the visibility of the element, so that hiding does not wait for a rendering.
import { effect, type ReadonlySignal, signal } from '@preact/signals-core';
import { belongs, type Presented, type Tile } from './seats.ts';

/** One seat as a curtain needs it. */
export interface Picture {
  readonly tile: ReadonlySignal<Tile>;
  readonly stream: MediaStream;
  /** Key frames decoded since who sits there was seated; undefined where the browser does not count them. */
  keyFrames(): Promise<number | undefined>;
  /** Tells the switch how large the element shows it, until the returned function is called. */
  watch?(video: HTMLVideoElement): () => void;
}

/** Says whether the picture is to be seen. */
export type Shown = ReadonlySignal<boolean>;

/** Hangs a curtain before an element that plays the seat's stream. Call `fall` when the element goes. */
export function hang(video: HTMLVideoElement, picture: Picture): { shown: Shown; fall: () => void } {
  const shown = signal(false);
  let watching = 0;
  const set = (on: boolean) => {
    video.style.visibility = on ? '' : 'hidden';
    shown.value = on;
  };
  video.srcObject = picture.stream;
  const unwatch = picture.watch?.(video);
  let assignment = -1;
  const stop = effect(() => {
    const tile = picture.tile.value;
    if (!tile.picture) {
      watching++;
      assignment = -1;
      set(false);
    } else if (tile.assignment !== assignment) {
      assignment = tile.assignment;
      set(false);
      void watch(++watching, tile.reused);
    }
  });

  async function watch(run: number, reused: boolean): Promise<void> {
    const at = performance.now();
    const open = () => run === watching;
    while (open()) {
      const frame = await presented(video, reused ? picture : undefined);
      if (open() && belongs(frame, { at, reused })) {
        set(true);
        return;
      }
    }
  }

  const fall = () => {
    watching++;
    unwatch?.();
    stop();
    video.srcObject = null;
  };
  return { shown, fall };
}

/** The next frame that the element presents. */
async function presented(video: HTMLVideoElement, count: Picture | undefined): Promise<Presented> {
  const received = await new Promise<number | undefined>((resolve) => {
    if ('requestVideoFrameCallback' in video) {
      video.requestVideoFrameCallback((_now, meta) => resolve(meta.receiveTime));
    } else {
      // Without the callback: a moving playing time means that frames come.
      (video as HTMLVideoElement).addEventListener('timeupdate', () => resolve(undefined), { once: true });
    }
  });
  return { received, keyFrames: await count?.keyFrames() };
}
