// The app behind a guest's screens: the invitation, the devices and the conversation.
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals-core';
import { Api, type Refusal, refusalOf } from '../client/api.ts';
import { GuestClient } from '../client/guest.ts';
import { socketUrl, type Wake } from '../client/live.ts';
import type { GuestView } from '../client/protocol.ts';
import { roomLink } from '../client/room.ts';
import { Conversation } from '../media/conversation.ts';
import { Devices } from '../media/devices.ts';

/** What a guest is shown. door: before having said to be ready. left: gone by the own click. */
export type Screen =
  | { kind: 'loading' | 'unknown' | 'elsewhere' }
  | {
      kind: 'over' | 'declined' | 'removed' | 'locked' | 'door' | 'waiting' | 'conversation' | 'left';
      view: GuestView;
    };

export interface Facts {
  view: GuestView | null;
  unknown: boolean;
  replaced: boolean;
  /** This page's guest has said to be ready. */
  ready: boolean;
  talking: boolean;
  left: boolean;
}

/** What the facts come to. A table, tested as one. */
export function screenOf(f: Facts): Screen {
  if (f.unknown) return { kind: 'unknown' };
  if (f.replaced) return { kind: 'elsewhere' };
  const { view } = f;
  if (!view) return { kind: 'loading' };
  if (view.over) return { kind: 'over', view };
  if (view.state === 'declined' || view.state === 'removed') return { kind: view.state, view };
  if (f.talking) return { kind: 'conversation', view };
  if (f.left) return { kind: 'left', view };
  if (view.locked && view.state !== 'admitted') return { kind: 'locked', view };
  if (f.ready && view.state === 'waiting') return { kind: 'waiting', view };
  return { kind: 'door', view };
}

export class App {
  readonly guest: GuestClient;
  readonly devices = new Devices();
  readonly screen: ReadonlySignal<Screen>;
  readonly refusal: Signal<Refusal | null> = signal(null);
  /** What screen readers hear. */
  readonly said = signal('');
  readonly #wake: Wake;
  readonly #ready = signal(false);
  readonly #left = signal(false);
  readonly #conversation = signal<Conversation | null>(null);

  constructor(token: string, wake: Wake) {
    this.#wake = wake;
    this.guest = new GuestClient({
      token,
      api: new Api({ bearer: () => token }),
      socketUrl: socketUrl('/api/v1/guest/socket', location),
      wake,
    });
    this.screen = computed(() =>
      screenOf({
        view: this.guest.view.value,
        unknown: this.guest.refusal.value !== '',
        replaced: this.guest.replaced.value,
        ready: this.#ready.value,
        talking: this.#conversation.value !== null,
        left: this.#left.value,
      }),
    );
    effect(() => {
      const admitted = this.guest.view.value?.state === 'admitted';
      if (admitted && this.#ready.value) untracked(() => this.#join());
    });
    effect(() => {
      const { kind } = this.screen.value;
      const stays = kind === 'door' || kind === 'waiting' || kind === 'conversation' || kind === 'locked';
      if (!stays && kind !== 'loading') untracked(() => this.#quiet());
    });
  }

  get conversation(): ReadonlySignal<Conversation | null> {
    return this.#conversation;
  }

  /** By the guest's click: asks for the devices, and says that somebody is there. */
  async come(camera: boolean): Promise<void> {
    this.refusal.value = null;
    this.#left.value = false;
    if (!camera) this.devices.cameraOff();
    await this.devices.open({ sound: true, camera });
    try {
      await this.guest.knock();
      this.#ready.value = true;
    } catch (error) {
      this.refusal.value = refusalOf(error);
    }
  }

  /** Out of the room, and back by another click while the conversation lasts. */
  leave(): void {
    this.#left.value = true;
    this.#conversation.peek()?.leave();
  }

  /** This page takes the invitation over again from a newer one. */
  here(): void {
    this.guest.follow();
  }

  say(text: string): void {
    this.said.value = text;
  }

  #join(): void {
    if (this.#conversation.peek()) return;
    const renew = () => this.guest.grant();
    const link = roomLink({ grant: renew(), renew, wake: this.#wake });
    const conversation = new Conversation({ link, devices: this.devices });
    this.#conversation.value = conversation;
    conversation.state.subscribe((state) => {
      if (state.kind !== 'ended' || this.#conversation.peek() !== conversation) return;
      this.#conversation.value = null;
      this.#ready.value = false; // the view says why, or the door is open again
    });
  }

  #quiet(): void {
    this.#ready.value = false;
    this.#conversation.peek()?.close();
    this.#conversation.value = null;
    this.devices.close();
  }
}
