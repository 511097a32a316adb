// What a browser hears and sees, counted in the page.
import type { Page } from '@playwright/test';

/** Running totals of what comes in. */
export interface Heard {
  at: number;
  samples: number;
  concealed: number;
  soundBytes: number;
  frames: number;
  width: number;
  bytes: number;
  /** Local candidates' protocol and kind: "udp host". */
  way: string;
}

/** Milliseconds between presented frames of the largest video. */
export interface Seen {
  frames: number;
  longest: number;
  span: number;
}

const inFrames = async <T>(page: Page, run: () => Promise<T | undefined>): Promise<T> => {
  for (const frame of page.frames()) {
    const found = await frame.evaluate(run).catch(() => undefined);
    if (found !== undefined) return found;
  }
  throw new Error('no connection in this page');
};

export function heard(page: Page): Promise<Heard> {
  return inFrames(page, async () => {
    const kept = window.connections ?? [];
    const pc = kept.filter((one) => one.connectionState !== 'closed' && one.getReceivers().length > 0).at(-1);
    if (!pc) return undefined;
    const out = {
      at: performance.now(),
      samples: 0,
      concealed: 0,
      soundBytes: 0,
      frames: 0,
      width: 0,
      bytes: 0,
      way: '',
    };
    const report = await pc.getStats();
    for (const entry of report.values()) {
      if (entry.type === 'transport' && entry.selectedCandidatePairId) {
        const local = report.get(report.get(entry.selectedCandidatePairId)?.localCandidateId);
        out.way = `${local?.relayProtocol ?? local?.protocol} ${local?.candidateType}`;
      }
      if (entry.type !== 'inbound-rtp') continue;
      out.bytes += entry.bytesReceived ?? 0;
      if (entry.kind === 'audio' && entry.packetsReceived > 0) {
        out.samples += entry.totalSamplesReceived ?? 0;
        out.concealed += entry.concealedSamples ?? 0;
        out.soundBytes += entry.bytesReceived ?? 0;
      }
      if (entry.kind === 'video') {
        out.frames += entry.framesDecoded ?? 0;
        out.width = Math.max(out.width, entry.frameWidth ?? 0);
      }
    }
    return out;
  });
}

/** Begins to note when frames are presented; `seen` tells the result since. */
export async function beginToWatch(page: Page): Promise<void> {
  await inFrames(page, async () => {
    const others = [...document.querySelectorAll('video')].filter(
      (video) => !video.closest('.own, .self') && video.videoWidth > 0,
    );
    const video = others.sort((a, b) => b.videoWidth - a.videoWidth)[0];
    if (!video) return undefined;
    const watch = { frames: 0, longest: 0, since: performance.now(), last: performance.now(), run: Math.random() };
    Object.assign(window, { watch });
    const next = () => {
      const current = (window as unknown as { watch: typeof watch }).watch;
      if (current.run !== watch.run) return;
      const now = performance.now();
      watch.longest = Math.max(watch.longest, now - watch.last);
      watch.last = now;
      watch.frames++;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    return true;
  });
}

export function seen(page: Page): Promise<Seen> {
  return inFrames(page, async () => {
    const { watch } = window as unknown as {
      watch?: { frames: number; longest: number; since: number; last: number };
    };
    if (!watch) return undefined;
    const now = performance.now();
    return { frames: watch.frames, longest: Math.max(watch.longest, now - watch.last), span: now - watch.since };
  });
}
