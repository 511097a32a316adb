// The background blurred, on this device alone: by the browser itself where it can, else by a model of ours. Both are
// loaded when somebody wants them.
import { VirtualBackgroundProcessor } from '@shiguredo/virtual-background';
import { thisBrowser } from './browser.ts';
import type { Filter, MakeFilter } from './devices.ts';

/** Folder of the model's files, beneath our own origin; set by the build. */
declare const BLUR_PATH: string;

const RADIUS = 12;
/** Frames that show whether the device keeps up, after some in which everything is being set up. */
const WARM_UP = 6;
const TRIAL = 10;
const WINDOW = 30;
const PATIENCE_MS = 20_000;
/** Of the camera's frames, at most so many per frame that comes out: above that the picture stutters. */
const KEEPS_UP = 2.5;
/** As small as the picture may become for the sake of the blur. */
const SMALL = { width: 640, height: 360 };

export class TooSlow extends Error {}

interface Blurring {
  backgroundBlur?: boolean[] | boolean;
}

/** Whether to offer it at all: phones are kept cool, unless their browser does it itself. */
export function offersBlur(track: MediaStreamTrack | null): boolean {
  if (track && native(track)) return true;
  const { system } = thisBrowser();
  return system !== 'ios' && system !== 'android' && VirtualBackgroundProcessor.isSupported();
}

function native(track: MediaStreamTrack): boolean {
  const can = (track.getCapabilities?.() as Blurring | undefined)?.backgroundBlur;
  return Array.isArray(can) && can.includes(true) && can.includes(false);
}

/** Throws TooSlow where the device cannot keep up, and whatever the browser throws. */
export const blur: MakeFilter = async (track, onTooSlow) => {
  if (native(track)) return byBrowser(track);
  try {
    return await byModel(track, onTooSlow);
  } catch (error) {
    if (!(error instanceof TooSlow) || (track.getSettings().height ?? 0) <= SMALL.height) throw error;
    await track.applyConstraints(SMALL);
    return byModel(track, onTooSlow);
  }
};

async function byBrowser(track: MediaStreamTrack): Promise<Filter> {
  const set = (on: boolean) => track.applyConstraints({ backgroundBlur: on } as MediaTrackConstraints & Blurring);
  await set(true);
  return { track, stop: () => void set(false).catch(() => undefined) };
}

async function byModel(track: MediaStreamTrack, onTooSlow: () => void): Promise<Filter> {
  trustOwnFiles();
  const processor = new VirtualBackgroundProcessor(BLUR_PATH);
  const limit = (1000 / (track.getSettings().frameRate || 30)) * KEEPS_UP;
  let stopped = false;
  let told = false;
  const stop = () => {
    stopped = true;
    processor.stopProcessing();
  };
  const tried = new Promise<void>((resolve, reject) => {
    const patience = setTimeout(() => reject(new TooSlow()), PATIENCE_MS);
    let passed = false;
    watchFrames(processor, (took, frames) => {
      if (stopped || frames < WARM_UP + TRIAL) return;
      const slow = took > limit;
      if (!passed) {
        passed = true;
        clearTimeout(patience);
        if (slow) reject(new TooSlow());
        else resolve();
      } else if (slow && !told && frames > WARM_UP + TRIAL + WINDOW) {
        told = true;
        onTooSlow();
      }
    });
  });
  tried.catch(() => undefined); // startProcessing may fail first
  try {
    const blurred = await processor.startProcessing(track, {
      blurRadius: RADIUS,
      segmentationModel: 'selfie-landscape',
    });
    await tried;
    return { track: blurred, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Tells, after each frame, how long the last ones took on average, in milliseconds. */
function watchFrames(processor: VirtualBackgroundProcessor, onFrame: (took: number, frames: number) => void): void {
  const { segmentation } = processor as unknown as { segmentation: { send(input: object): Promise<void> } };
  const send = segmentation.send.bind(segmentation);
  const last: number[] = [];
  let frames = 0;
  segmentation.send = async (input) => {
    const from = performance.now();
    await send(input);
    if (++frames <= WARM_UP) return;
    last.push(performance.now() - from);
    if (last.length > WINDOW) last.shift();
    onFrame(last.reduce((sum, ms) => sum + ms, 0) / last.length, frames);
  };
}

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
  defaultPolicy?: unknown;
}

/** The model adds a script element by its address, which our pages forbid but for files of this folder. */
function trustOwnFiles(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  if (!trustedTypes || trustedTypes.defaultPolicy) return;
  const folder = new URL(`${BLUR_PATH}/`, location.href).href;
  trustedTypes.createPolicy('default', {
    createScriptURL: (url) => {
      if (new URL(url, location.href).href.startsWith(folder)) return url;
      throw new TypeError('not a file of ours');
    },
  });
}
