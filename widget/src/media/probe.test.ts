import { expect, test } from 'vitest';
import { judge, onlyWay } from './probe.ts';

const sdp = [
  'v=0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host',
  'a=candidate:2 1 tcp 1671430143 192.0.2.1 7000 typ host tcptype passive',
  'a=end-of-candidates',
  '',
].join('\r\n');

test('a way is tried with its own candidates only', () => {
  expect(onlyWay(sdp, 'udp')).not.toContain(' tcp ');
  expect(onlyWay(sdp, 'udp')).toContain(' udp ');
  expect(onlyWay(sdp, 'tcp')).not.toContain(' udp 2');
  expect(onlyWay(sdp, 'tcp')).toContain(' tcp ');
  expect(onlyWay(sdp, 'relay')).toBe(sdp);
});

test('what the ways mean to somebody who wants to talk', () => {
  const udp = { way: 'udp', ok: true, rtt: 30 } as const;
  const tcp = { way: 'tcp', ok: true, rtt: 30 } as const;
  const relay = { way: 'relay', ok: true, rtt: 30 } as const;
  expect(judge([udp, tcp, relay])).toBe('good');
  expect(judge([{ ...udp, ok: false }, tcp])).toBe('detour');
  expect(judge([{ ...udp, ok: false }, { ...tcp, ok: false }, relay])).toBe('detour');
  expect(judge([{ ...udp, rtt: 700 }])).toBe('slow');
  expect(judge([{ ...udp, ok: false }])).toBe('none');
  expect(judge([])).toBe('none');
});
