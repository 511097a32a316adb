// The conversation on this page: begun by a click or found again, ended by either side.
import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Wake } from '../client/live.ts';
import { roomLink } from '../client/room.ts';
import type { TicketClient } from '../client/ticket.ts';
import { Conversation } from '../media/conversation.ts';
import type { Devices } from '../media/devices.ts';
import type { Ending } from '../media/state.ts';

export interface TalkOptions {
  ticket: TicketClient;
  devices: Devices;
  wake: Wake;
  /** A conversation has begun to be held here, or is no longer. */
  onHeld: (on: boolean) => void;
  /** The surrounding page, or the citizen, keeps the camera from us. */
  onBlocked: () => void;
  /** Entering did not work out; key of the refusal. */
  onRefused: (key: string) => void;
}

/** How one takes part: with picture and sound, with sound alone, or by text. It may be changed at any time. */
export type Manner = 'picture' | 'sound' | 'text';

/** After this the ticket's view should have said what became of the conversation. */
const SETTLE_MS = 4_000;

export class Talk {
  readonly #o: TalkOptions;
  readonly #conversation = signal<Conversation | null>(null);
  readonly #ending = signal<Ending | null>(null);
  readonly #settled = signal(false);
  readonly #manner = signal<Manner>('picture');

  constructor(o: TalkOptions) {
    this.#o = o;
  }

  get conversation(): ReadonlySignal<Conversation | null> {
    return this.#conversation;
  }
  /** How the last one ended, until the ticket has moved on. */
  get ending(): ReadonlySignal<Ending | null> {
    return this.#ending;
  }
  get settled(): ReadonlySignal<boolean> {
    return this.#settled;
  }

  /** How the citizen entered. */
  get manner(): ReadonlySignal<Manner> {
    return this.#manner;
  }

  /** By the citizen's click, which is the consent: everything that can begin now begins now. */
  enter(manner: Manner): void {
    performance.mark?.('schalter:enter');
    this.#manner.value = manner;
    if (manner === 'text') this.#o.devices.close();
    else if (manner === 'sound') this.#o.devices.cameraOff();
    this.#join();
    if (manner !== 'text') void this.#open(manner === 'picture');
  }

  /** Back into a conversation that this page has lost: without a click no permission may be asked for. */
  back(byText: boolean): void {
    this.#manner.value = byText ? 'text' : 'picture';
    this.#join();
    if (!byText) void this.#openIfGranted();
  }

  leave(): void {
    this.#conversation.peek()?.leave();
  }

  /** Stops without a word to anybody. */
  close(): void {
    const conversation = this.#conversation.peek();
    if (!conversation) return;
    this.#conversation.value = null;
    conversation.close();
    this.#o.onHeld(false);
    this.#o.devices.close();
  }

  forget(): void {
    this.#ending.value = null;
  }

  #join(): void {
    this.#conversation.peek()?.close();
    this.#ending.value = null;
    this.#settled.value = false;
    const { ticket, devices, wake } = this.#o;
    const link = roomLink({ grant: ticket.enter(), renew: () => ticket.enter(), wake });
    const conversation = new Conversation({ link, devices });
    this.#conversation.value = conversation;
    this.#o.onHeld(true);
    conversation.state.subscribe((state) => {
      if (state.kind === 'ended' && this.#conversation.peek() === conversation) this.#ended(state.ending);
    });
  }

  #ended(ending: Ending): void {
    this.#conversation.value = null;
    this.#o.onHeld(false);
    this.#o.devices.close();
    if (ending.reason === 'refused' && this.#o.ticket.view.peek()?.state !== 'serving') {
      this.#o.onRefused(ending.key);
      return;
    }
    this.#ending.value = ending;
    setTimeout(() => {
      if (this.#ending.peek() === ending) this.#settled.value = true;
    }, SETTLE_MS);
  }

  async #open(camera: boolean): Promise<void> {
    const { devices } = this.#o;
    await devices.open({ sound: true, camera });
    const trouble = devices.trouble.peek();
    if (trouble.camera === 'denied' || trouble.camera === 'policy') this.#o.onBlocked();
  }

  async #openIfGranted(): Promise<void> {
    const [sound, camera] = await Promise.all([granted('microphone'), granted('camera')]);
    if (sound || camera) await this.#o.devices.open({ sound, camera });
  }
}

async function granted(name: string): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state === 'granted';
  } catch {
    return false;
  }
}
