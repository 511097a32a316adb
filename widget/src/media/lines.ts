// The lines of the one peer connection: what is sent, and the pool of seats that receive.
import type { Lines } from '../client/protocol.ts';

/** Seats offered from the start. A larger room asks for more. */
export const FIRST_SEATS = 3;
/** Lines that receive a shared screen: the clerk's, and that of one other who has leave. */
const SCREENS = 2;
/** More do not fit into an offer of 24 KiB (sdp.ts); those who find no seat are not seen. */
const MAX_SEATS = 18;

/** Simulcast: three layers, the smallest first. Frame rate goes before resolution (REQUIREMENTS A12). */
const LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];

/** All layers, as before the first word of the switch. */
export const everyLayer: readonly string[] = LAYERS.map((layer) => layer.rid ?? '');

/** A screen or a document: sharp letters before movement. One stream, for it is shown large or not at all. */
const SCREEN: RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

export interface ReceivingPair {
  readonly sound: RTCRtpTransceiver;
  readonly picture: RTCRtpTransceiver;
}

/** All transceivers of a connection, in the order in which they were added. */
export interface LineSet {
  readonly sound: RTCRtpTransceiver;
  readonly camera: RTCRtpTransceiver;
  readonly screen: RTCRtpTransceiver;
  readonly seats: ReceivingPair[];
  readonly screens: RTCRtpTransceiver[];
}

export function addLines(pc: RTCPeerConnection, seats: number): LineSet {
  // One stream for both: the others hear and see them in step.
  const together = new MediaStream();
  const sound = pc.addTransceiver('audio', { direction: 'sendonly', streams: [together] });
  const camera = pc.addTransceiver('video', { direction: 'sendonly', streams: [together], sendEncodings: LAYERS });
  prefer(sound, 'audio', 'sender');
  prefer(camera, 'video', 'sender');
  keep(camera.sender, 'maintain-framerate');
  soundFirst(sound.sender);
  const screen = pc.addTransceiver('video', { direction: 'sendonly', sendEncodings: SCREEN });
  prefer(screen, 'video', 'sender');
  keep(screen.sender, 'maintain-resolution');
  const set: LineSet = { sound, camera, screen, seats: [], screens: [] };
  addSeats(pc, set, seats);
  for (let i = 0; i < SCREENS; i++) {
    const line = pc.addTransceiver('video', { direction: 'recvonly' });
    prefer(line, 'video', 'receiver');
    set.screens.push(line);
  }
  return set;
}

/** Brings the pool up to the number. True: it has grown, an offer is due. */
export function addSeats(pc: RTCPeerConnection, set: LineSet, seats: number): boolean {
  const before = set.seats.length;
  while (set.seats.length < Math.min(seats, MAX_SEATS)) {
    const pair = {
      sound: pc.addTransceiver('audio', { direction: 'recvonly' }),
      picture: pc.addTransceiver('video', { direction: 'recvonly' }),
    };
    prefer(pair.sound, 'audio', 'receiver');
    prefer(pair.picture, 'video', 'receiver');
    set.seats.push(pair);
  }
  return set.seats.length > before;
}

/** Which m-line is what. Known once the offer is the local description. */
export function linesOf(set: LineSet): Lines {
  return {
    sound: mid(set.sound),
    camera: mid(set.camera),
    screen: mid(set.screen),
    seats: set.seats.map((pair) => ({ sound: mid(pair.sound), picture: mid(pair.picture) })),
    screens: set.screens.map(mid),
  };
}

function mid(transceiver: RTCRtpTransceiver): string {
  return transceiver.mid ?? '';
}

/**
 * What the switch forwards, the best first: Opus, with redundancy too; VP8, which every browser has, and H.264 for the
 * pictures of devices that send nothing else. Fewer codecs also keep the offer small.
 */
function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', side: 'sender' | 'receiver'): void {
  const all = (side === 'sender' ? RTCRtpSender : RTCRtpReceiver).getCapabilities?.(kind)?.codecs ?? [];
  const codecs = kind === 'audio' ? named(all, 'audio/opus', 'audio/red') : pictureCodecs(all, side);
  try {
    if (codecs.length > 0) transceiver.setCodecPreferences?.(codecs);
  } catch {
    // The browser's own order does as well: VP8 and Opus are in every offer.
  }
}

/** Where the line is too narrow for all, the sound goes first. */
function soundFirst(sender: RTCRtpSender): void {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    encoding.priority = 'high';
    encoding.networkPriority = 'high';
  }
  sender.setParameters(parameters).catch(() => {
    // Not every browser lets it be said.
  });
}

type Codec = Pick<RTCRtpCodec, 'mimeType' | 'sdpFmtpLine'>;

function named<C extends Codec>(codecs: readonly C[], ...types: string[]): C[] {
  return types.flatMap((type) => codecs.filter((codec) => codec.mimeType.toLowerCase() === type));
}

/** VP8 to send, H.264 only where that is missing; both to receive. */
export function pictureCodecs<C extends Codec>(all: readonly C[], side: 'sender' | 'receiver'): C[] {
  const vp8 = named(all, 'video/vp8');
  const h264 = named(all, 'video/h264').filter(
    ({ sdpFmtpLine = '' }) =>
      /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42(e0|c0)/i.test(sdpFmtpLine),
  );
  const chosen = side === 'receiver' ? [...vp8, ...h264] : vp8.length > 0 ? vp8 : h264;
  return chosen.length > 0 ? [...chosen, ...named(all, 'video/rtx')] : [];
}

/** What is kept when the line cannot carry all. */
function keep(sender: RTCRtpSender, what: 'maintain-framerate' | 'maintain-resolution'): void {
  const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters();
  parameters.degradationPreference = what;
  sender.setParameters(parameters).catch(() => {
    // Not every browser lets it be said; the track's contentHint says the same.
  });
}

/**
 * How many layers browsers send of a picture so large: of small ones they leave out the last, whatever was asked for. Where
 * the size is not known, all.
 */
function layersOf({ width = 0, height = 0 }: MediaTrackSettings): number {
  const pixels = width * height;
  if (pixels === 0 || pixels >= 960 * 540) return 3;
  return pixels >= 480 * 270 ? 2 : 1;
}

/** Most bits a second of each layer, by how many there are. */
const MOST = [[], [300_000], [150_000, 800_000], [150_000, 500_000, 1_700_000]];

/**
 * Lets only these layers be sent: what nobody receives costs the line and the battery for nothing. The largest that there
 * can be of this camera has its full size, and stands in for those above it. A browser that sends one stream only, or
 * refuses, goes on as it is.
 */
export function limit(sender: RTCRtpSender, rids: readonly string[]): Promise<void> {
  const count = layersOf(sender.track?.getSettings() ?? {});
  return change(sender, (encoding) => {
    const rank = everyLayer.indexOf(encoding.rid ?? '');
    if (rank < 0) return;
    const wanted = rank === count - 1 ? everyLayer.slice(rank) : everyLayer.slice(rank, rank + 1);
    encoding.active = rank < count && wanted.some((rid) => rids.includes(rid));
    if (rank >= count) return;
    encoding.scaleResolutionDownBy = 2 ** (count - 1 - rank);
    encoding.maxBitrate = MOST[count]?.[rank] ?? 0;
  });
}

/** The most that the screen may take, bits a second; 0: as much as it likes. It stays sharp and becomes slower. */
export function bound(sender: RTCRtpSender, bits: number): Promise<void> {
  const most = SCREEN[0]?.maxBitrate ?? 0;
  return change(sender, (encoding) => {
    encoding.maxBitrate = bits > 0 ? Math.min(bits, most) : most;
  });
}

async function change(sender: RTCRtpSender, edit: (e: RTCRtpEncodingParameters) => void, tries = 2): Promise<void> {
  const parameters = sender.getParameters();
  const before = JSON.stringify(parameters.encodings);
  for (const encoding of parameters.encodings) edit(encoding);
  if (JSON.stringify(parameters.encodings) === before) return;
  try {
    await sender.setParameters(parameters);
  } catch {
    if (tries > 1) await change(sender, edit, tries - 1); // something else was being set meanwhile
  }
}

/**
 * Sends sound with redundancy (RED), or plain again. True: offer anew; browsers change to RED by the order of the
 * negotiated codecs only, not while sending.
 */
export function repeat(sound: RTCRtpTransceiver, on: boolean): boolean {
  const codecs = RTCRtpSender.getCapabilities?.('audio')?.codecs ?? [];
  if (named(codecs, 'audio/red').length === 0) return false;
  try {
    sound.setCodecPreferences(on ? named(codecs, 'audio/red', 'audio/opus') : named(codecs, 'audio/opus', 'audio/red'));
    return true;
  } catch {
    return false; // it stays as it was
  }
}
