// One RTCPeerConnection: its lines, its offers and its seats. It does not know how offers travel.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { Answer, ICE, Layers, Offer, Seats } from '../client/protocol.ts';
import {
  addLines,
  addSeats,
  bound,
  everyLayer,
  FIRST_SEATS,
  type LineSet,
  limit,
  linesOf,
  type ReceivingPair,
  repeat,
} from './lines.ts';
import { compact } from './sdp.ts';
import { assign, noSeats, type SeatMap, type Tile } from './seats.ts';
import type { Sizes } from './sizes.ts';

/** A shared screen with what it receives: play it in a muted video (see curtain.ts). */
export interface ScreenView {
  readonly index: number;
  readonly tile: ReadonlySignal<Tile>;
  readonly stream: MediaStream;
  /** Key frames decoded since who sits there was seated; undefined where the browser does not count them. */
  keyFrames(): Promise<number | undefined>;
  /** Tells the switch how large the element shows the picture, until the returned function is called. */
  watch(video: HTMLVideoElement): () => void;
}

/** A seat with what it receives. Play `audio` in an audio element, and `stream` in a muted video (see curtain.ts). */
export interface SeatView extends ScreenView {
  // The stream is the picture alone: a video element that waits for a picture would hold the sound back.
  readonly audio: MediaStream;
}

interface OwnScreen extends ScreenView {
  readonly tile: Signal<Tile>;
  /** Somebody else sits there from now on. Resolves when it is known where their key frames begin to count. */
  seat(): Promise<void>;
}

interface OwnSeat extends SeatView, OwnScreen {
  readonly tile: Signal<Tile>;
}

const empty = (index: number): Tile => ({
  index,
  participant: '',
  sound: false,
  picture: false,
  withheld: false,
  unreadable: false,
  assignment: 0,
  reused: false,
});

export class Peer {
  readonly pc: RTCPeerConnection;
  readonly #lines: LineSet;
  readonly #sizes: Sizes;
  readonly #seats: OwnSeat[] = [];
  readonly #views = signal<readonly SeatView[]>([]);
  readonly #screens: OwnScreen[];
  readonly #screenViews = signal<readonly ScreenView[]>([]);
  #map: SeatMap = noSeats;
  #screenMap: SeatMap = noSeats;
  #seating: Promise<unknown> = Promise.resolve();
  #offerId: number;
  #repeats = false;
  #layers = everyLayer;
  #prepared: Promise<RTCSessionDescriptionInit> | undefined;

  /** `prepare` adds what the first offer must have beside the lines: the channel for text. */
  constructor(
    lastOfferId: number,
    sizes: Sizes,
    onState: (state: RTCPeerConnectionState) => void,
    prepare: (pc: RTCPeerConnection) => void,
  ) {
    this.#offerId = lastOfferId;
    this.#sizes = sizes;
    this.pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
    this.#lines = addLines(this.pc, FIRST_SEATS);
    this.#grown();
    this.#screens = this.#lines.screens.map((line, index) => screenView(index, line.receiver, sizes, true));
    prepare(this.pc);
    this.pc.onconnectionstatechange = () => onState(this.pc.connectionState);
    this.#prepared = this.pc.createOffer();
    this.#prepared.catch(() => undefined); // offer() meets it
  }

  /** The seats that somebody sits in. */
  get seats(): ReadonlySignal<readonly SeatView[]> {
    return this.#views;
  }

  /** The screens that are shared. */
  get screens(): ReadonlySignal<readonly ScreenView[]> {
    return this.#screenViews;
  }

  /** Counts from the first offer or the next restart on. */
  configure(ice: ICE[], relayOnly = this.pc.getConfiguration().iceTransportPolicy === 'relay'): void {
    if (ice.length === 0) return;
    const iceServers = ice.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    }));
    const iceTransportPolicy = relayOnly ? 'relay' : 'all';
    this.pc.setConfiguration({ ...this.pc.getConfiguration(), iceServers, iceTransportPolicy });
  }

  /** True while an offer waits for its answer. */
  get waiting(): boolean {
    return this.pc.signalingState !== 'stable';
  }

  get offerId(): number {
    return this.#offerId;
  }

  /** The next offer, set and ready to be sent. Nobody waits for candidates: the switch learns them from us. */
  async offer(restart = false): Promise<Offer> {
    const prepared = restart ? undefined : this.#prepared;
    this.#prepared = undefined;
    const description = await (prepared ?? this.pc.createOffer({ iceRestart: restart }));
    await this.pc.setLocalDescription(description);
    return { id: ++this.#offerId, sdp: compact(description.sdp ?? ''), lines: linesOf(this.#lines) };
  }

  async answer(answer: Answer): Promise<void> {
    if (answer.id !== this.#offerId || !this.waiting) return;
    await this.pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
  }

  /** True: there are more lines now, offer again. */
  grow(seats: number): boolean {
    if (!addSeats(this.pc, this.#lines, seats)) return false;
    this.#prepared = undefined;
    this.#grown();
    return true;
  }

  #grown(): void {
    for (const [index, pair] of this.#lines.seats.entries()) {
      this.#seats[index] ??= seatView(index, pair, this.#sizes);
    }
  }

  /**
   * Takes a seat map over; every tile has changed when this returns. The promise resolves when the media of those newly
   * seated may flow, in the order of the maps: what is decoded from then on is theirs.
   */
  assign(seats: Seats): Promise<unknown> {
    this.#map = assign(this.#map, seats);
    this.#screenMap = assign(this.#screenMap, { version: seats.version, seats: seats.screens ?? [] });
    const seated = [...place(this.#seats, this.#map), ...place(this.#screens, this.#screenMap)];
    this.#views.value = this.#seats.filter(taken);
    this.#screenViews.value = this.#screens.filter(taken);
    this.#sizes.changed();
    this.#seating = Promise.all([this.#seating, ...seated]);
    return this.#seating;
  }

  /** Sends this track from now on; null: nothing. Needs no new offer. */
  send(kind: 'sound' | 'camera' | 'screen', track: MediaStreamTrack | null): void {
    const sender = this.#lines[kind].sender;
    if (sender.track === track) return;
    sender.replaceTrack(track).then(
      () => {
        if (kind === 'camera' && track) void limit(sender, this.#layers); // another camera, another size
      },
      () => {
        // The connection was closed meanwhile.
      },
    );
  }

  /** Sends only what somebody receives, and sound with redundancy where it gets lost. True: offer again. */
  limit(layers: Layers): boolean {
    this.#layers = layers.camera;
    void limit(this.#lines.camera.sender, layers.camera);
    void bound(this.#lines.screen.sender, layers.screen ?? 0);
    const wanted = layers.repeat === true;
    if (wanted === this.#repeats) return false;
    this.#repeats = wanted;
    return repeat(this.#lines.sound, wanted);
  }

  close(): void {
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }
}

const taken = (screen: ScreenView) => screen.tile.peek().participant !== '';

/** Puts a map's tiles in their places; what it returns is waited for before the map is acknowledged. */
function place(places: readonly OwnScreen[], map: SeatMap): Promise<void>[] {
  const seated: Promise<void>[] = [];
  for (const screen of places) {
    const before = screen.tile.peek();
    const tile = map.tiles[screen.index] ?? empty(screen.index);
    if (tile.reused && tile.participant !== '' && tile.participant !== before.participant) seated.push(screen.seat());
    screen.tile.value = tile;
  }
  return seated;
}

function seatView(index: number, pair: ReceivingPair, sizes: Sizes): OwnSeat {
  return {
    ...screenView(index, pair.picture.receiver, sizes, false),
    audio: new MediaStream([pair.sound.receiver.track]),
  };
}

function screenView(index: number, picture: RTCRtpReceiver, sizes: Sizes, screen: boolean): OwnScreen {
  const decoded = async () => (await inbound(picture))?.keyFramesDecoded;
  const tile = signal(empty(index));
  let before: number | undefined = 0;
  return {
    index,
    tile,
    watch: (video) =>
      sizes.watch(video, () => ({ participant: tile.peek().participant, ...(screen ? { screen } : {}) })),
    stream: new MediaStream([picture.track]),
    seat: async () => {
      before = await decoded();
    },
    keyFrames: async () => {
      const now = await decoded();
      return now === undefined || before === undefined ? undefined : now - before;
    },
  };
}

interface Inbound {
  type: string;
  keyFramesDecoded?: number;
}

async function inbound(receiver: RTCRtpReceiver): Promise<Inbound | undefined> {
  try {
    for (const entry of (await receiver.getStats()).values() as Iterable<Inbound>) {
      if (entry.type === 'inbound-rtp') return entry;
    }
  } catch {
    // Closed meanwhile.
  }
  return undefined;
}
