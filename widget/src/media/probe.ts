// Tries the ways to the switch before they matter: straight by UDP, straight by TCP, and round by the relay. Each is a
// real connection to the real switch, held for a moment.
import type { ICE, Probed } from '../client/protocol.ts';

export type Way = 'udp' | 'tcp' | 'relay';

export interface Tried {
  way: Way;
  ok: boolean;
  /** Round trip in milliseconds. */
  rtt?: number;
}

/** good: a fast straight way. detour: only by TCP or by the relay. slow: it takes long. none: no way at all. */
export type Verdict = 'good' | 'detour' | 'slow' | 'none';

export interface Probing {
  verdict: Verdict;
  tried: Tried[];
}

/** Takes an offer, gives the switch's answer and the relays. Throws what the server refuses. */
export type Ask = (sdp: string) => Promise<Probed>;

const PATIENCE_MS = 6_000;
const SLOW_MS = 400;

/** Tries all ways. Throws only what `ask` throws when not even one way could be asked for. */
export async function probe(ask: Ask): Promise<Probing> {
  let relayOnly = false;
  let round: Promise<Tried[]> | undefined;
  // The first answer names the relays: the way round is tried beside the others.
  const first = async (sdp: string) => {
    const answer = await ask(sdp);
    relayOnly = answer.relay_only ?? false;
    round ??= roundabout(ask, answer.ice ?? []);
    return answer.sdp;
  };
  const [udp, tcp] = await Promise.allSettled([walk('udp', first, []), walk('tcp', first, [])]);
  if (udp.status === 'rejected' && tcp.status === 'rejected') throw udp.reason;
  const tried = [udp, tcp].flatMap((way) => (way.status === 'fulfilled' ? [way.value] : []));
  tried.push(...((await round) ?? []));
  const carrying = relayOnly ? tried.filter((t) => t.way === 'relay') : tried;
  return { verdict: judge(carrying), tried };
}

async function roundabout(ask: Ask, ice: ICE[]): Promise<Tried[]> {
  const relays = ice.filter((server) => server.urls.some((url) => /^turns?:/.test(url)));
  if (relays.length === 0) return [];
  return [
    await walk('relay', async (sdp) => (await ask(sdp)).sdp, relays).catch(
      () => ({ way: 'relay', ok: false }) as const,
    ),
  ];
}

/** What the ways mean to somebody who wants to talk. */
export function judge(tried: readonly Tried[]): Verdict {
  const open = tried.filter((t) => t.ok);
  const best = open.find((t) => t.way === 'udp') ?? open[0];
  if (!best) return 'none';
  if ((best.rtt ?? 0) > SLOW_MS) return 'slow';
  return best.way === 'udp' ? 'good' : 'detour';
}

/** The answer with those candidates only that belong to a way. The relay takes all. */
export function onlyWay(sdp: string, way: Way): string {
  if (way === 'relay') return sdp;
  return sdp
    .split('\r\n')
    .filter((line) => !line.startsWith('a=candidate:') || line.split(' ')[2]?.toLowerCase() === way)
    .join('\r\n');
}

async function walk(way: Way, ask: (sdp: string) => Promise<string>, servers: ICE[]): Promise<Tried> {
  const pc = new RTCPeerConnection({
    iceServers: servers.map(({ urls, username = '', credential = '' }) => ({ urls, username, credential })),
    iceTransportPolicy: way === 'relay' ? 'relay' : 'all',
  });
  try {
    pc.createDataChannel('probe');
    await pc.setLocalDescription();
    const sdp = await ask(pc.localDescription?.sdp ?? '');
    await pc.setRemoteDescription({ type: 'answer', sdp: onlyWay(sdp, way) });
    if (!(await connected(pc))) return { way, ok: false };
    const rtt = await roundTrip(pc);
    return rtt === undefined ? { way, ok: true } : { way, ok: true, rtt };
  } finally {
    pc.close();
  }
}

function connected(pc: RTCPeerConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => end(false), PATIENCE_MS);
    const end = (ok: boolean) => {
      clearTimeout(patience);
      pc.onconnectionstatechange = null;
      resolve(ok);
    };
    const look = () => {
      if (pc.connectionState === 'connected') end(true);
      else if (pc.connectionState === 'failed') end(false);
    };
    pc.onconnectionstatechange = look;
    look();
  });
}

interface Pair {
  type: string;
  nominated?: boolean;
  currentRoundTripTime?: number;
  totalRoundTripTime?: number;
  responsesReceived?: number;
}

/** Of the checks that made the connection. */
async function roundTrip(pc: RTCPeerConnection): Promise<number | undefined> {
  for (const entry of (await pc.getStats()).values() as Iterable<Pair>) {
    if (entry.type !== 'candidate-pair' || !entry.nominated) continue;
    const { totalRoundTripTime: total, responsesReceived: n, currentRoundTripTime: last } = entry;
    const seconds = total !== undefined && n ? total / n : last;
    if (seconds !== undefined) return Math.round(seconds * 1000);
  }
  return undefined;
}
