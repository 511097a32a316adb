// What the connection is like, sampled every two seconds.
import { clear, judge, type Strength, strengthOf } from './strength.ts';

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
  /** What is said of the line. */
  strength: Strength;
  /** Bytes sent and received since the conversation began on this page, over all its connections. */
  bytes: number;
}

export const unknownQuality: Quality = {
  rtt: undefined,
  loss: 0,
  framesDecoded: 0,
  framesPerSecond: 0,
  audioLevel: 0,
  strength: 'good',
  bytes: 0,
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
  bytes: number;
  /** Samples of sound that were played, and of these the ones made up by the browser because packets were missing. */
  samples: number;
  concealed: number;
  /** Seconds in which pictures stood still. */
  frozen: number;
  /** Bits a second that may be sent, if a picture is sent. */
  uplink: number | undefined;
}

/** The fields that we read of the many dictionaries. */
export interface Entry {
  type: string;
  kind?: string;
  nominated?: boolean;
  state?: string;
  packetsReceived?: number;
  packetsLost?: number;
  framesDecoded?: number;
  audioLevel?: number;
  currentRoundTripTime?: number;
  fractionLost?: number;
  bytesSent?: number;
  bytesReceived?: number;
  totalSamplesReceived?: number;
  concealedSamples?: number;
  silentConcealedSamples?: number;
  totalFreezesDuration?: number;
  availableOutgoingBitrate?: number;
  active?: boolean;
  framesPerSecond?: number;
}

export function totalsOf(report: Iterable<Entry>, at: number): Totals {
  const t: Totals = {
    at,
    received: 0,
    lost: 0,
    framesDecoded: 0,
    audioLevel: 0,
    rtt: undefined,
    lossOut: 0,
    bytes: 0,
    samples: 0,
    concealed: 0,
    frozen: 0,
    uplink: undefined,
  };
  let picture = false;
  let uplink: number | undefined;
  let pairs = 0; // where the browser does not count the whole transport
  for (const entry of report) {
    if (entry.type === 'inbound-rtp') {
      t.received += entry.packetsReceived ?? 0;
      t.lost += entry.packetsLost ?? 0;
      t.framesDecoded += entry.framesDecoded ?? 0;
      t.audioLevel = Math.max(t.audioLevel, entry.audioLevel ?? 0);
      t.samples += entry.totalSamplesReceived ?? 0;
      t.concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
      t.frozen += entry.totalFreezesDuration ?? 0;
    } else if (entry.type === 'remote-inbound-rtp') {
      t.lossOut = Math.max(t.lossOut, entry.fractionLost ?? 0);
    } else if (entry.type === 'outbound-rtp') {
      picture ||= entry.kind === 'video' && (entry.framesPerSecond ?? 0) > 0;
    } else if (entry.type === 'transport') {
      t.bytes += (entry.bytesSent ?? 0) + (entry.bytesReceived ?? 0);
    } else if (entry.type === 'candidate-pair') {
      pairs += (entry.bytesSent ?? 0) + (entry.bytesReceived ?? 0);
      if (!entry.nominated) continue;
      if (entry.currentRoundTripTime !== undefined) t.rtt = entry.currentRoundTripTime * 1000;
      uplink = entry.availableOutgoingBitrate;
    }
  }
  if (picture) t.uplink = uplink;
  if (t.bytes === 0) t.bytes = pairs;
  return t;
}

/** What happened between two samples, without what is said of the line. */
export function qualityOf(before: Totals | undefined, now: Totals): [Quality, Strength] {
  const seconds = before ? Math.max(0.001, (now.at - before.at) / 1000) : 1;
  const since = (key: 'received' | 'lost' | 'samples' | 'concealed' | 'frozen' | 'framesDecoded') =>
    Math.max(0, now[key] - (before?.[key] ?? now[key]));
  const [received, lost, samples] = [since('received'), since('lost'), since('samples')];
  const lossIn = received + lost > 20 ? lost / (received + lost) : 0;
  const loss = Math.max(lossIn, now.lossOut);
  const strength = strengthOf({
    loss,
    rtt: now.rtt,
    concealed: samples > 0 ? since('concealed') / samples : 0,
    frozen: since('frozen'),
    uplink: now.uplink,
  });
  const quality: Quality = {
    rtt: now.rtt,
    loss,
    framesDecoded: now.framesDecoded,
    framesPerSecond: since('framesDecoded') / seconds,
    audioLevel: now.audioLevel,
    strength: 'good',
    bytes: now.bytes,
  };
  return [quality, strength];
}

const SAMPLE_MS = 2_000;

/** Samples until the returned function is called. `pc` may change with a rejoin. */
export function watchQuality(pc: () => RTCPeerConnection | undefined, onQuality: (q: Quality) => void): () => void {
  let before: Totals | undefined;
  let judged = clear;
  let earlier = 0; // bytes of the connections before
  let of: RTCPeerConnection | undefined;
  const timer = setInterval(async () => {
    const current = pc();
    if (!current || current.connectionState === 'closed') return;
    if (of !== current) {
      earlier += before?.bytes ?? 0;
      before = undefined;
    }
    of = current;
    const report = await current.getStats().catch(() => undefined);
    if (!report || of !== current) return;
    const now = totalsOf(report.values() as Iterable<Entry>, performance.now());
    const [quality, strength] = qualityOf(before, now);
    // Nothing can be said of a line that was only just made.
    if (before) judged = judge(judged, strength);
    before = now;
    onQuality({ ...quality, strength: judged.shown, bytes: earlier + quality.bytes });
  }, SAMPLE_MS);
  return () => clearInterval(timer);
}
