// What browsers say of their own connections: every RTCPeerConnection of a page, from its beginning on.
import { type Browser, type BrowserContext, expect, type Frame, type Page } from '@playwright/test';
import { Citizen, Clerk } from './both-sides.ts';
import type { Program } from './program.ts';

declare global {
  interface Window {
    connections?: RTCPeerConnection[];
  }
}

/** Runs in the page before everything else. */
export function keepConnections(): void {
  const kept: RTCPeerConnection[] = [];
  window.connections = kept;
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
  };
}

export async function watch(context: BrowserContext): Promise<void> {
  await context.addInitScript(keepConnections);
}

/**
 * A clerk and a citizen whose connections are kept, the citizen about to enter the conversation. `prepare` does more to the
 * citizen's browser before its pages are loaded.
 */
export async function watchedCall(
  program: Program,
  town: Browser,
  office: Browser,
  prepare: (context: BrowserContext) => Promise<void> = async () => undefined,
): Promise<{ huber: Clerk; citizen: Citizen }> {
  const huber = await Clerk.signIn(office, program);
  await watch(huber.page.context());
  await huber.page.reload();
  await huber.open();
  await huber.film();
  const citizen = await Citizen.visit(town, program.town);
  await watch(citizen.page.context());
  await prepare(citizen.page.context());
  await citizen.page.reload();
  await citizen.draw();
  await huber.move('call');
  return { huber, citizen };
}

export interface End {
  address: string;
  port: number;
  type: string;
}

export interface Way {
  /** How our end reaches its relay: udp, tcp or tls; empty without one. */
  relayProtocol: string;
  protocol: string;
  local: End;
  remote: End;
}

export interface Ends {
  locals: End[];
  remotes: End[];
  /** The pair that media takes. */
  way: Way | undefined;
  /** Credentials of ICE, as in the offers. */
  ufrags: string[];
}

/** Runs in the page: the ends of all its connections. */
export async function readEnds(): Promise<Ends> {
  const ends: Ends = { locals: [], remotes: [], way: undefined, ufrags: [] };
  interface Entry {
    id: string;
    type: string;
    address?: string;
    ip?: string;
    port?: number;
    candidateType?: string;
    relayProtocol?: string;
    protocol?: string;
    nominated?: boolean;
    state?: string;
    selected?: boolean;
    localCandidateId?: string;
    remoteCandidateId?: string;
    bytesReceived?: number;
  }
  for (const pc of window.connections ?? []) {
    if (pc.connectionState === 'closed') continue;
    const entries = new Map<string, Entry>();
    for (const [id, entry] of (await pc.getStats()) as unknown as Map<string, Entry>) entries.set(id, entry);
    const end = (entry: Entry | undefined): End => ({
      address: entry?.address ?? entry?.ip ?? '',
      port: entry?.port ?? 0,
      type: entry?.candidateType ?? '',
    });
    let best = 0;
    for (const entry of entries.values()) {
      if (entry.type === 'local-candidate') ends.locals.push(end(entry));
      if (entry.type === 'remote-candidate') ends.remotes.push(end(entry));
      if (entry.type !== 'candidate-pair' || !entry.nominated || (entry.bytesReceived ?? 0) < best) continue;
      best = entry.bytesReceived ?? 0;
      const local = entries.get(entry.localCandidateId ?? '');
      const remote = entries.get(entry.remoteCandidateId ?? '');
      ends.way = {
        relayProtocol: local?.relayProtocol ?? '',
        protocol: local?.protocol ?? '',
        local: end(local),
        remote: end(remote),
      };
    }
    for (const line of pc.localDescription?.sdp.split('\r\n') ?? [])
      if (line.startsWith('a=ice-ufrag:')) ends.ufrags.push(line.slice('a=ice-ufrag:'.length));
  }
  return ends;
}

export async function endsOf(page: Page | Frame): Promise<Ends> {
  await expect.poll(async () => (await page.evaluate(readEnds)).way?.remote.port ?? 0, { timeout: 20_000 }).not.toBe(0);
  return page.evaluate(readEnds);
}

/** Running totals of what came in. */
export interface Flow {
  sound: number;
  frames: number;
}

/** Runs in the page. */
export async function readFlow(): Promise<Flow> {
  const flow: Flow = { sound: 0, frames: 0 };
  for (const pc of window.connections ?? []) {
    if (pc.connectionState === 'closed') continue;
    for (const entry of (await pc.getStats()).values()) {
      if (entry.type !== 'inbound-rtp') continue;
      if (entry.kind === 'audio') flow.sound += entry.packetsReceived ?? 0;
      else flow.frames += entry.framesDecoded ?? 0;
    }
  }
  return flow;
}
