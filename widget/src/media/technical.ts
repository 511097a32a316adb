// The connection in a technician's figures, from two reports of the browser. No addresses, no ids, no names.

export interface TechnicalLine {
  direction: 'in' | 'out';
  kind: 'audio' | 'video';
  /** "VP8", "opus 48000". */
  codec: string;
  /** Layer of a simulcast; empty: the only one. */
  layer: string;
  kbit: number;
  /** Share of packets lost since the report before, 0 to 1; undefined: nobody says. */
  loss: number | undefined;
  /** Milliseconds. */
  jitter: number | undefined;
  /** "1280x720"; empty for sound. */
  size: string;
  fps: number | undefined;
  /** Share of the sound that was made up since the report before, 0 to 1. */
  concealed: number | undefined;
  /** Times that the picture stood still, in all. */
  freezes: number | undefined;
  /** What keeps the picture from being better: cpu, bandwidth, other; empty: nothing. */
  limited: string;
}

export interface Technical {
  /** "host/udp -> host/udp", as the browser calls the two ends' kinds; by the relay "relay (tls)". */
  way: string;
  rtt: number | undefined;
  /** What the browser thinks may be sent, kbit/s. */
  uplink: number | undefined;
  /** Megabytes in both directions over this connection. */
  megabytes: number;
  lines: TechnicalLine[];
}

/** One dictionary of a report: only what we read. */
export interface Stat {
  id: string;
  type: string;
  [key: string]: unknown;
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `seconds` lie between the two reports. Pure. */
export function technicalOf(
  before: ReadonlyMap<string, Stat>,
  now: ReadonlyMap<string, Stat>,
  seconds: number,
): Technical {
  const stats = [...now.values()];
  const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated === true && s.state === 'succeeded');
  const grown = (stat: Stat, key: string) =>
    Math.max(0, (number(stat[key]) ?? 0) - (number(before.get(stat.id)?.[key]) ?? 0));
  const lines = stats.flatMap((stat): TechnicalLine[] => {
    const inward = stat.type === 'inbound-rtp';
    if (!inward && stat.type !== 'outbound-rtp') return [];
    const kbit = (grown(stat, inward ? 'bytesReceived' : 'bytesSent') * 8) / 1000 / Math.max(0.001, seconds);
    if (kbit === 0) return [];
    const codec = now.get(text(stat.codecId));
    const far = stats.find((s) => s.type === 'remote-inbound-rtp' && s.localId === stat.id);
    const packets = grown(stat, 'packetsReceived');
    const lost = grown(stat, 'packetsLost');
    const samples = grown(stat, 'totalSamplesReceived');
    const made = grown(stat, 'concealedSamples') - grown(stat, 'silentConcealedSamples');
    const jitter = number(inward ? stat.jitter : far?.jitter);
    const kind = stat.kind === 'audio' ? 'audio' : 'video';
    const limited = text(stat.qualityLimitationReason);
    return [
      {
        direction: inward ? 'in' : 'out',
        kind,
        codec: codecOf(codec, kind),
        layer: text(stat.rid),
        kbit: Math.round(kbit),
        loss: inward ? (packets + lost > 0 ? lost / (packets + lost) : undefined) : number(far?.fractionLost),
        jitter: jitter === undefined ? undefined : Math.round(jitter * 1000),
        size: stat.frameWidth ? `${stat.frameWidth}x${stat.frameHeight}` : '',
        fps: number(stat.framesPerSecond),
        concealed: samples > 0 ? Math.max(0, made) / samples : undefined,
        freezes: number(stat.freezeCount),
        limited: limited === 'none' ? '' : limited,
      },
    ];
  });
  const rtt = number(pair?.currentRoundTripTime);
  const uplink = number(pair?.availableOutgoingBitrate);
  const transport = stats.find((s) => s.type === 'transport') ?? pair;
  const bytes = (number(transport?.bytesSent) ?? 0) + (number(transport?.bytesReceived) ?? 0);
  return {
    way: wayOf(now, pair),
    rtt: rtt === undefined ? undefined : Math.round(rtt * 1000),
    uplink: uplink === undefined ? undefined : Math.round(uplink / 1000),
    megabytes: Math.round(bytes / 1e5) / 10,
    lines,
  };
}

function codecOf(codec: Stat | undefined, kind: 'audio' | 'video'): string {
  const name = text(codec?.mimeType).split('/')[1] ?? '';
  return kind === 'audio' && codec?.clockRate ? `${name} ${codec.clockRate}` : name;
}

function wayOf(stats: ReadonlyMap<string, Stat>, pair: Stat | undefined): string {
  const end = (id: unknown) => {
    const candidate = stats.get(text(id));
    if (!candidate) return '?';
    const relay = text(candidate.relayProtocol);
    return `${text(candidate.candidateType)}/${text(candidate.protocol)}${relay ? ` (${relay})` : ''}`;
  };
  return pair ? `${end(pair.localCandidateId)} -> ${end(pair.remoteCandidateId)}` : '-';
}

/** As text to be sent to a technician. English, as their tools are. */
export function textOf(t: Technical): string {
  const percent = (share: number | undefined) => (share === undefined ? '' : `${(share * 100).toFixed(1)} %`);
  const rows = t.lines.map((line) =>
    [
      line.direction,
      line.kind,
      line.layer,
      line.codec,
      `${line.kbit} kbit/s`,
      line.loss === undefined ? '' : `loss ${percent(line.loss)}`,
      line.jitter === undefined ? '' : `jitter ${line.jitter} ms`,
      line.size,
      line.fps === undefined ? '' : `${line.fps} fps`,
      line.concealed === undefined ? '' : `concealed ${percent(line.concealed)}`,
      line.freezes === undefined ? '' : `freezes ${line.freezes}`,
      line.limited && `limited by ${line.limited}`,
    ]
      .filter(Boolean)
      .join(', '),
  );
  const uplink = t.uplink === undefined ? '' : `, uplink ${t.uplink} kbit/s`;
  return [`way ${t.way}, rtt ${t.rtt ?? '-'} ms${uplink}, ${t.megabytes} MB`, ...rows].join('\n');
}
