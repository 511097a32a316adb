// What the connection is like, sampled every two seconds.

export interface Quality {
  /** Round trip in milliseconds; undefined before it is known. */
  rtt: number | undefined;
  /** Share of packets lost since the last sample, 0 to 1, the worse of both directions. */
  loss: number;
  /** Frames decoded so far, of all seats. */
  framesDecoded: number;
  /** Frames decoded a second, of all seats. */
  framesPerSecond: number;
  /** Sound level that comes in, 0 to 1. */
  audioLevel: number;
  /** Weak for two samples in a row: say so. */
  poor: boolean;
}

export const unknownQuality: Quality = {
  rtt: undefined,
  loss: 0,
  framesDecoded: 0,
  framesPerSecond: 0,
  audioLevel: 0,
  poor: false,
};

/** The running totals of one sample. */
export interface Totals {
  at: number;
  received: number;
  lost: number;
  framesDecoded: number;
  audioLevel: number;
  rtt: number | undefined;
  /** Loss that the other end reports of what we send, 0 to 1. */
  lossOut: number;
}

// The fields that we read of the many dictionaries.
interface Entry {
  type: string;
  nominated?: boolean;
  state?: string;
  packetsReceived?: number;
  packetsLost?: number;
  framesDecoded?: number;
  audioLevel?: number;
  currentRoundTripTime?: number;
  fractionLost?: number;
}

export function totalsOf(report: Iterable<Entry>, at: number): Totals {
  const t: Totals = { at, received: 0, lost: 0, framesDecoded: 0, audioLevel: 0, rtt: undefined, lossOut: 0 };
  for (const entry of report) {
    if (entry.type === 'inbound-rtp') {
      t.received += entry.packetsReceived ?? 0;
      t.lost += entry.packetsLost ?? 0;
      t.framesDecoded += entry.framesDecoded ?? 0;
      t.audioLevel = Math.max(t.audioLevel, entry.audioLevel ?? 0);
    } else if (entry.type === 'remote-inbound-rtp') {
      t.lossOut = Math.max(t.lossOut, entry.fractionLost ?? 0);
    } else if (entry.type === 'candidate-pair' && entry.nominated && entry.currentRoundTripTime !== undefined) {
      t.rtt = entry.currentRoundTripTime * 1000;
    }
  }
  return t;
}

const WEAK_LOSS = 0.08;
const WEAK_RTT = 600;

/** Quality from two samples; `weakBefore` says whether the one before was weak too. */
export function qualityOf(before: Totals | undefined, now: Totals, weakBefore: boolean): [Quality, weak: boolean] {
  const seconds = before ? Math.max(0.001, (now.at - before.at) / 1000) : 1;
  const received = now.received - (before?.received ?? now.received);
  const lost = Math.max(0, now.lost - (before?.lost ?? now.lost));
  const lossIn = received + lost > 20 ? lost / (received + lost) : 0;
  const loss = Math.max(lossIn, now.lossOut);
  const weak = loss > WEAK_LOSS || (now.rtt ?? 0) > WEAK_RTT;
  const quality = {
    rtt: now.rtt,
    loss,
    framesDecoded: now.framesDecoded,
    framesPerSecond: before ? Math.max(0, (now.framesDecoded - before.framesDecoded) / seconds) : 0,
    audioLevel: now.audioLevel,
    poor: weak && weakBefore,
  };
  return [quality, weak];
}

export const SAMPLE_MS = 2_000;

/** Samples until the returned function is called. `pc` may change with a rejoin. */
export function watchQuality(pc: () => RTCPeerConnection | undefined, onQuality: (q: Quality) => void): () => void {
  let before: Totals | undefined;
  let weak = false;
  let of: RTCPeerConnection | undefined;
  const timer = setInterval(async () => {
    const current = pc();
    if (!current || current.connectionState === 'closed') return;
    if (of !== current) before = undefined;
    of = current;
    const report = await current.getStats().catch(() => undefined);
    if (!report) return;
    const now = totalsOf(report.values() as Iterable<Entry>, performance.now());
    const [quality, weakNow] = qualityOf(before, now, weak);
    before = now;
    weak = weakNow;
    onQuality(quality);
  }, SAMPLE_MS);
  return () => clearInterval(timer);
}
