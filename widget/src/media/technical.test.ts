import { expect, test } from 'vitest';
import { type Stat, technicalOf, textOf } from './technical.ts';

const report = (...stats: Stat[]) => new Map(stats.map((s) => [s.id, s]));

const fixed: Stat[] = [
  {
    id: 'P',
    type: 'candidate-pair',
    nominated: true,
    state: 'succeeded',
    localCandidateId: 'L',
    remoteCandidateId: 'R',
    currentRoundTripTime: 0.031,
    availableOutgoingBitrate: 900_000,
  },
  {
    id: 'L',
    type: 'local-candidate',
    candidateType: 'relay',
    protocol: 'udp',
    relayProtocol: 'tls',
    address: '192.0.2.7',
  },
  { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp', address: '198.51.100.4' },
  { id: 'T', type: 'transport', bytesSent: 1_000_000, bytesReceived: 3_240_000 },
  { id: 'C', type: 'codec', mimeType: 'video/VP8' },
  { id: 'A', type: 'codec', mimeType: 'audio/opus', clockRate: 48000 },
];
const picture = (bytes: number, packets: number, lost: number): Stat => ({
  id: 'V',
  type: 'inbound-rtp',
  kind: 'video',
  codecId: 'C',
  bytesReceived: bytes,
  packetsReceived: packets,
  packetsLost: lost,
  jitter: 0.004,
  frameWidth: 640,
  frameHeight: 360,
  framesPerSecond: 29,
  freezeCount: 1,
});
const sound = (samples: number, made: number): Stat => ({
  id: 'S',
  type: 'inbound-rtp',
  kind: 'audio',
  codecId: 'A',
  bytesReceived: samples / 10,
  totalSamplesReceived: samples,
  concealedSamples: made,
});
const sent = (bytes: number): Stat[] => [
  {
    id: 'O',
    type: 'outbound-rtp',
    kind: 'video',
    codecId: 'C',
    rid: 'h',
    bytesSent: bytes,
    qualityLimitationReason: 'cpu',
  },
  { id: 'F', type: 'remote-inbound-rtp', localId: 'O', fractionLost: 0.02, jitter: 0.01 },
];

test('figures are of the time between two reports, and hold no address', () => {
  const before = report(...fixed, picture(0, 0, 0), sound(0, 0), ...sent(0));
  const now = report(...fixed, picture(250_000, 190, 10), sound(96_000, 960), ...sent(125_000));
  const technical = technicalOf(before, now, 2);
  expect(technical).toMatchObject({ way: 'relay/udp (tls) -> host/udp', rtt: 31, uplink: 900, megabytes: 4.2 });
  expect(technical.lines).toMatchObject([
    { direction: 'in', kind: 'video', codec: 'VP8', kbit: 1000, loss: 0.05, size: '640x360', fps: 29, freezes: 1 },
    { direction: 'in', kind: 'audio', codec: 'opus 48000', concealed: 0.01 },
    { direction: 'out', layer: 'h', kbit: 500, loss: 0.02, limited: 'cpu' },
  ]);
  const text = textOf(technical);
  expect(text).toContain('loss 5.0 %');
  expect(text).not.toMatch(/192\.0\.2|198\.51/);
});

test('a line on which nothing comes is left out', () => {
  const same = report(...fixed, picture(1000, 10, 0));
  expect(technicalOf(same, same, 2).lines).toEqual([]);
});
