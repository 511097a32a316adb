// A conversation: signalling in, one peer connection, and what a screen needs to show of both.
import { computed, effect, type ReadonlySignal, signal } from '@preact/signals-core';
import { type RoomIn, unknownFrame } from '../client/frames.ts';
import type { ICE, Offer, Participant, RoomView, Sends } from '../client/protocol.ts';
import type { Link, LinkEvents, OpenLink } from '../client/room.ts';
import { Captions } from './captions.ts';
import type { Devices } from './devices.ts';
import { Peer, type ScreenView, type SeatView } from './peer.ts';
import { Sharing } from './sharing.ts';
import { watchSilence } from './silence.ts';
import { Sizes } from './sizes.ts';
import { type ConnectionEvent, type ConnectionState, type Ending, next } from './state.ts';
import { type Quality, unknownQuality, watchQuality } from './stats.ts';
import { RealTimeText } from './text.ts';

/** Another one in the room; the seat is absent until one is assigned. */
export interface Other {
  readonly participant: Participant;
  readonly seat: SeatView | undefined;
}

/** A screen that somebody else shows. */
export interface Shown {
  readonly participant: Participant;
  readonly screen: ScreenView;
}

export interface ConversationOptions {
  link: OpenLink;
  devices: Devices;
  /** Nothing is sent while it is true. The server sees to it as well; this spares the line, and is one lock more. */
  held?: ReadonlySignal<boolean>;
}

/** How long a connection may be shaky before a restart is tried, and a restart before everything begins anew. */
const SHAKY_MS = 1_500;
const PATIENCE_MS = 10_000;
/**
 * Between two restarts. Just after a change of the network browsers still try the old one and fail at once, for two seconds;
 * the server takes two offers a second.
 */
const RESTART_MS = 600;

export class Conversation {
  readonly #devices: Devices;
  readonly #held: ReadonlySignal<boolean> | undefined;
  readonly #state = signal<ConnectionState>({ kind: 'idle' });
  readonly #room = signal<RoomView | null>(null);
  readonly #self = signal('');
  readonly #speaking = signal<ReadonlySet<string>>(new Set());
  readonly #quality = signal<Quality>(unknownQuality);
  readonly #peer = signal<Peer | undefined>(undefined);
  readonly #sizes = new Sizes((shows) => {
    if (this.#open) this.#link?.send({ type: 'shows', data: shows });
  });
  readonly #endings: Array<() => void> = [];
  /** What is written and read while it lasts. */
  readonly text = new RealTimeText();
  readonly captions = new Captions();
  readonly others: ReadonlySignal<readonly Other[]>;
  /** The own entry in the room's view. */
  readonly own: ReadonlySignal<Participant | undefined>;
  /** The screens that others show. */
  readonly screens: ReadonlySignal<readonly Shown[]>;
  /** What is shown from here. */
  readonly sharing = new Sharing();
  /** We sign: seen by all as speaking. */
  readonly signing = signal(false);
  /** Everybody that is heard or seen at the moment. */
  readonly seats: ReadonlySignal<readonly SeatView[]>;

  #link: Link | undefined;
  #open = false; // the socket is there
  #fresh = false; // the peer connection has not been offered yet
  #unsent: Offer | undefined;
  #again = false;
  #refusal = '';
  #restarted = 0;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(o: ConversationOptions) {
    this.#devices = o.devices;
    this.#held = o.held;
    this.seats = computed(() => this.#peer.value?.seats.value ?? []);
    this.others = computed(() => {
      const seats = this.seats.value;
      const self = this.#self.value;
      if (self === '') return []; // the view may come first: nobody is shown as their own opposite
      const rest = this.#room.value?.participants.filter((p) => p.id !== self) ?? [];
      return rest.map((participant) => ({
        participant,
        seat: seats.find((seat) => seat.tile.value.participant === participant.id),
      }));
    });
    this.own = computed(() => this.#room.value?.participants.find((p) => p.id === this.#self.value));
    this.screens = computed(() => {
      const views = this.#peer.value?.screens.value ?? [];
      return this.others.value.flatMap(({ participant }) => {
        const screen = views.find((view) => view.tile.value.participant === participant.id);
        return screen ? [{ participant, screen }] : [];
      });
    });
    this.#move({ kind: 'open' });
    this.#newPeer();
    this.#link = o.link(this.#events());
    this.#endings.push(
      effect(() => this.#sendTracks()),
      effect(() => this.#say(this.sends.value)),
      effect(() => {
        const own = this.own.value;
        if (own && this.sharing.track.value && !mayShow(own)) this.sharing.end('withdrawn');
      }),
      watchQuality(
        () => this.#peer.peek()?.pc,
        (quality) => {
          this.#quality.value = quality;
        },
      ),
      watchSilence(
        () => this.#peer.peek()?.pc,
        (times) => this.#hasten(times),
      ),
    );
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }
  get room(): ReadonlySignal<RoomView | null> {
    return this.#room;
  }
  /** Own id in the room; empty before it is known. */
  get self(): ReadonlySignal<string> {
    return this.#self;
  }
  /** Ids of those who speak, oneself among them: as the room hears it, the same for all. */
  get speaking(): ReadonlySignal<ReadonlySet<string>> {
    return this.#speaking;
  }
  get quality(): ReadonlySignal<Quality> {
    return this.#quality;
  }

  /** Whether the others' pictures are asked for: who spares the line does without. */
  showPictures(on: boolean): void {
    this.#sizes.rest(!on);
  }

  /** The browser's own figures of the present connection; undefined while there is none. */
  async report(): Promise<RTCStatsReport | undefined> {
    return this.#peer
      .peek()
      ?.pc.getStats()
      .catch(() => undefined);
  }

  /** Joins anew at once, for somebody who does not want to wait for it. */
  again(): void {
    if (this.#state.peek().kind !== 'ended') this.#link?.rejoin();
  }

  /** What the others are told that we send. */
  readonly sends: ReadonlySignal<Sends> = computed(() => ({
    sound: !this.#held?.value && this.#devices.sound.value !== null && !this.#devices.muted.value,
    picture: !this.#held?.value && this.#devices.camera.value !== null,
    screen: !this.#held?.value && this.sharing.track.value !== null,
    second_camera: this.sharing.kind.value === 'camera',
    signing: this.signing.value,
  }));

  /** Asks the clerk for leave to show a screen or a second camera. */
  askScreen(): void {
    this.#link?.send({ type: 'ask_screen' });
  }

  /** The clerk's word on it, asked or not. */
  allowScreen(participant: string, on: boolean): void {
    this.#link?.send({ type: 'allow_screen', data: { participant, on } });
  }

  /** Says goodbye to the room. The server answers with its ended frame, but nobody waits for it. */
  leave(): void {
    this.#link?.send({ type: 'leave' });
    this.#end({ reason: 'left' });
  }

  /** Ends without a word; the devices are not ours to close. */
  close(): void {
    this.#end({ reason: 'left' });
  }

  #events(): LinkEvents {
    return {
      onGrant: (ice, relayOnly) => this.#granted(ice, relayOnly),
      onOpen: () => {
        this.#open = true;
        mark('open');
        this.#flush();
      },
      onFrame: (frame) => this.#frame(frame),
      onLost: () => {
        this.#open = false;
        clearTimeout(this.#patience);
        this.#move({ kind: 'down' });
      },
      onEnd: (key) => this.#end({ reason: 'refused', key: this.#refusal || key }),
    };
  }

  /** Everything that can be done before the socket is open is done now. */
  #granted(ice: ICE[], relayOnly: boolean): void {
    mark('grant');
    if (this.#state.peek().kind === 'ended') return; // it came too late
    if (!this.#fresh) this.#newPeer();
    const peer = this.#peer.peek();
    if (!peer) return;
    this.#fresh = false;
    peer.configure(ice, relayOnly);
    this.#negotiate(peer, false);
  }

  #newPeer(): void {
    const old = this.#peer.peek();
    const peer: Peer = new Peer(
      old?.offerId ?? 0,
      this.#sizes,
      (state) => this.#media(peer, state),
      (pc) => this.text.attach(pc),
    );
    old?.close();
    this.#fresh = true;
    this.#peer.value = peer;
  }

  /** One offer at a time; a wish that comes meanwhile waits for the answer. */
  #negotiate(peer: Peer, restart: boolean): void {
    if (peer.waiting && !restart) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#unsent = undefined;
    peer.offer(restart).then(
      (offer) => {
        if (this.#peer.peek() !== peer) return;
        this.#unsent = offer;
        this.#flush();
      },
      () => this.#giveUpOn(peer),
    );
    this.#wait(peer);
  }

  #flush(): void {
    if (!this.#open || !this.#unsent) return;
    const texts = this.text.heard;
    if (texts.length > 0) this.#link?.send({ type: 'heard', data: { texts } });
    if (!this.#link?.send({ type: 'offer', data: this.#unsent })) return;
    this.#unsent = undefined;
    mark('offer');
    const peer = this.#peer.peek();
    if (peer) this.#wait(peer);
    this.#say(this.sends.peek());
    this.#sizes.again();
  }

  /** This one's picture goes first when the line is narrow, such as an interpreter's; empty: nobody's. */
  pin(participant: string): void {
    this.#sizes.pin(participant);
  }

  /** If nothing comes of it, begin anew. */
  #wait(peer: Peer): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#giveUpOn(peer), PATIENCE_MS);
  }

  #giveUpOn(peer: Peer): void {
    if (this.#peer.peek() !== peer || this.#state.peek().kind === 'ended') return;
    if (peer.pc.connectionState === 'connected' && !peer.waiting) return;
    if (this.#open) this.#link?.rejoin(); // else it is being done
  }

  #frame(frame: RoomIn): void {
    const peer = this.#peer.peek();
    if (!peer) return;
    switch (frame.type) {
      case 'joined':
        this.#self.value = frame.data.participant;
        this.#refusal = '';
        mark('joined');
        break;
      case 'answer':
        mark('answer');
        peer.answer(frame.data).then(
          () => {
            if (this.#peer.peek() !== peer) return;
            // After a restart that was quick the state may never have left connected.
            if (peer.pc.connectionState === 'connected') this.#media(peer, 'connected');
            if (this.#again) this.#negotiate(peer, false);
          },
          () => this.#giveUpOn(peer),
        );
        break;
      case 'seats':
        // First the tiles, then the word that lets the media flow.
        void peer.assign(frame.data).then(() => {
          if (this.#peer.peek() === peer) this.#link?.send({ type: 'seated', data: { version: frame.data.version } });
        });
        break;
      case 'more':
        if (peer.grow(frame.data.seats)) this.#negotiate(peer, false);
        break;
      case 'layers':
        if (peer.limit(frame.data)) this.#negotiate(peer, false);
        break;
      case 'spoken':
        this.#speaking.value = new Set(frame.data.participants);
        break;
      case 'ice':
        peer.configure(frame.data.ice);
        break;
      case 'room':
        this.#room.value = frame.data;
        break;
      case 'caption':
        this.captions.take(frame.data);
        break;
      case 'problem':
        this.#refusal = frame.data.key;
        break;
      case 'ended':
        if (frame.data.reason === 'failed') this.#link?.rejoin();
        else this.#end({ reason: frame.data.reason });
        break;
      default:
        unknownFrame(frame);
    }
  }

  #media(peer: Peer, state: RTCPeerConnectionState): void {
    if (this.#peer.peek() !== peer) return;
    switch (state) {
      case 'connected':
        clearTimeout(this.#patience);
        mark('connected');
        if (this.#open) this.#move({ kind: 'up' });
        break;
      case 'disconnected':
        clearTimeout(this.#patience);
        this.#patience = setTimeout(() => this.#restart(peer), SHAKY_MS);
        break;
      case 'failed':
        this.#restart(peer);
        break;
      case 'new':
      case 'connecting':
      case 'closed':
        break;
    }
  }

  /** A new way through the net for the same connection. */
  #restart(peer: Peer): void {
    if (this.#peer.peek() !== peer || peer.pc.connectionState === 'connected') return;
    this.#move({ kind: 'down' });
    const wait = this.#restarted + RESTART_MS - performance.now();
    if (wait > 0) {
      clearTimeout(this.#patience);
      this.#patience = setTimeout(() => this.#restart(peer), wait);
      return;
    }
    this.#restarted = performance.now();
    if (this.#open) this.#negotiate(peer, true);
  }

  /**
   * Nothing comes any more, or the device has changed its network. A restart costs nothing, so nobody waits for proof; if it
   * is not even answered, the socket went the same way as the media; if it was, it has a second more.
   */
  #hasten(times: number): void {
    const peer = this.#peer.peek();
    if (!peer || !this.#open || this.#state.peek().kind === 'connecting') return; // else something is being done
    if (times > 2 || (times === 2 && peer.waiting)) this.#link?.rejoin();
    else if (times === 1 && !peer.waiting) this.#negotiate(peer, true);
  }

  #sendTracks(): void {
    const peer = this.#peer.value;
    const held = this.#held?.value === true;
    peer?.send('sound', held ? null : this.#devices.sound.value);
    peer?.send('camera', held ? null : this.#devices.camera.value);
    peer?.send('screen', held ? null : this.sharing.track.value);
  }

  #say(sends: Sends): void {
    if (this.#open) this.#link?.send({ type: 'sends', data: sends });
  }

  #move(event: ConnectionEvent): void {
    this.#state.value = next(this.#state.peek(), event);
  }

  #end(ending: Ending): void {
    if (this.#state.peek().kind === 'ended') return;
    this.#move({ kind: 'end', ending });
    clearTimeout(this.#patience);
    this.sharing.stop();
    for (const end of this.#endings) end();
    this.text.close();
    this.#sizes.close();
    this.#link?.close();
    this.#peer.peek()?.close();
    this.#peer.value = undefined;
  }
}

/** Whether the server lets through what this one shows. */
export function mayShow(own: Participant): boolean {
  return own.side === 'clerk' || own.screen_leave === 'allowed';
}

/** For measuring the way from the click to the picture, in the browser's own timeline. */
function mark(step: string): void {
  performance.mark?.(`schalter:${step}`);
}
