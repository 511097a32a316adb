import { expect, test } from 'vitest';
import { compact } from './sdp.ts';

const transport = ['a=ice-ufrag:abcd', 'a=ice-pwd:efgh', 'a=ice-options:trickle', 'a=fingerprint:sha-256 00:11'];
const line = (kind: string, mid: number, ...rows: string[]) =>
  [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 96`,
    'c=IN IP4 0.0.0.0',
    ...transport,
    'a=setup:actpass',
    `a=mid:${mid}`,
    ...rows,
  ].join('\r\n');

test('an offer leaves out what is said before, and what the switch does not know', () => {
  const rows = [
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    'a=extmap:3 urn:3gpp:video-orientation',
    'a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
    'a=recvonly',
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 goog-remb',
    'a=rtcp-fb:96 nack pli',
  ];
  const small = compact(['v=0', 's=-', line('audio', 0), line('video', 1, ...rows), ''].join('\r\n'));
  expect(small.split('\r\n')).toEqual([
    'v=0',
    's=-',
    ...line('audio', 0).split('\r\n'),
    'm=video 9 UDP/TLS/RTP/SAVPF 96',
    'c=IN IP4 0.0.0.0',
    'a=setup:actpass',
    'a=mid:1',
    'a=extmap:3 urn:3gpp:video-orientation',
    'a=recvonly',
    'a=rtcp-mux',
    'a=rtpmap:96 VP8/90000',
    'a=rtcp-fb:96 nack pli',
    '',
  ]);
});
