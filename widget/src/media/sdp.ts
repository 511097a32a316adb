// What of our offer the switch needs. Browsers repeat in every line what holds for all, and name much that the switch does
// not know; it takes 24 KiB at most, so a large room must leave that out.

/** Header extensions that the switch reads or passes on. */
const KNOWN = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'urn:3gpp:video-orientation',
];

/** The offer without repetitions (in a bundle the first line's transport holds for all) and without the unknown. Pure. */
export function compact(sdp: string): string {
  const [session = '', ...lines] = sdp.split('\r\nm=');
  return [session, ...lines.map((line, index) => kept(line, index > 0))].join('\r\nm=');
}

function kept(line: string, bundled: boolean): string {
  const receives = line.includes('\r\na=recvonly'); // these are told apart by what the answer says
  return line
    .split('\r\n')
    .filter((row) => {
      if (row.startsWith('a=extmap:')) {
        const uri = row.split(' ')[1] ?? '';
        return KNOWN.includes(uri) && !(receives && uri.includes(':sdes:'));
      }
      if (row.startsWith('a=rtcp-fb:')) return !/goog-remb|rrtr|ccm fir/.test(row);
      if (row.startsWith('a=rtcp:') || row === 'a=rtcp-rsize') return false;
      return !(bundled && /^a=(fingerprint|ice-|candidate|end-of-candidates)/.test(row));
    })
    .join('\r\n');
}
