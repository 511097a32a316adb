// What a clerk is at with a colleague: the two who speak apart, the one who takes part in another's conversation, and the
// ringing. Its owner is the server's view; here live only the connections and the devices' state from before.
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Wake } from '../client/live';
import type { Consult } from '../client/protocol';
import { roomLink } from '../client/room';
import { Conversation } from '../media/conversation';
import type { Devices } from '../media/devices';
import type { Bell } from './bell';
import type { ClerkClient } from './clerk';

export interface ConsultingOptions {
  client: ClerkClient;
  devices: Devices;
  bell: Bell;
  /** A citizen is in conversation here, and would hear a ring. */
  talking: ReadonlySignal<boolean>;
  wake?: Wake;
}

/** It knocks this often, and then only shows. */
const knocks = 4;
const again = 7_000;

export class Consulting {
  readonly #o: ConsultingOptions;
  /** That this clerk has asked for. */
  readonly asked: ReadonlySignal<Consult | undefined>;
  /** In which a colleague asks this clerk. */
  readonly asks: ReadonlySignal<Consult | undefined>;
  /** The citizen waits a moment: nothing of this clerk goes there. */
  readonly held: ReadonlySignal<boolean>;
  /** In a colleague's conversation, or about to be. */
  readonly joins: ReadonlySignal<Consult | undefined>;
  /** With whom this clerk is, beside the own queue: nobody can be called meanwhile. */
  readonly together: ReadonlySignal<Consult | undefined>;
  readonly #apart = signal<Conversation | undefined>(undefined);
  readonly #joined = signal<Conversation | undefined>(undefined);
  #before: { sound: boolean; muted: boolean; camera: boolean } | undefined;

  constructor(o: ConsultingOptions) {
    this.#o = o;
    const all = o.client.consults;
    this.asked = computed(() => all.value.find((c) => c.mine));
    this.asks = computed(() => all.value.find((c) => !c.mine));
    this.held = computed(() => this.asked.value?.held_since !== undefined);
    this.joins = computed(() => (this.asks.value?.way === 'join' ? this.asks.value : undefined));
    this.together = computed(() => {
      const c = this.asks.value;
      return c?.state === 'open' && c.way !== 'chat' ? c : undefined;
    });
    const speaks = computed(() => {
      const c = all.value.find((c) => c.state === 'open' && c.way === 'voice');
      return c && `${c.id} ${c.held_since ?? ''}`;
    });
    const joins = computed(() => (this.joins.value?.agreed ? this.joins.value.id : undefined));
    const away = computed(() => this.held.value || speaks.value !== undefined);
    const engaged = computed(() => away.value || this.joins.value !== undefined);
    effect(() => {
      if (engaged.value) this.#remember(away.peek());
      else this.#restore();
    });
    effect(() => this.#meet(this.#apart, speaks.value?.split(' ')[0]));
    effect(() => this.#meet(this.#joined, joins.value));
    const rings = computed(() => {
      const c = this.asks.value;
      return c?.wish && !c.later ? `${c.id} ${c.wish}` : undefined;
    });
    effect(() => (rings.value ? this.#ring() : undefined));
  }

  /** The conversation of the two who speak apart. */
  get apart(): ReadonlySignal<Conversation | undefined> {
    return this.#apart;
  }
  /** The colleague's conversation in which this clerk takes part. */
  get joined(): ReadonlySignal<Conversation | undefined> {
    return this.#joined;
  }

  #meet(slot: Signal<Conversation | undefined>, consult: string | undefined): void {
    slot.peek()?.close();
    slot.value = undefined;
    if (!consult) return;
    const { client, devices, wake } = this.#o;
    const renew = () => client.consultGrant(consult);
    const link = roomLink({ grant: renew(), renew, ...(wake ? { wake } : {}) });
    slot.value = new Conversation({ link, devices });
  }

  /** Speaking apart begins with sound alone; each shows the own picture by a click. */
  #remember(apart: boolean): void {
    if (this.#before) return;
    const { sound, camera, muted } = this.#o.devices;
    this.#before = { sound: sound.peek() !== null, camera: camera.peek() !== null, muted: muted.peek() };
    if (apart) this.#o.devices.cameraOff();
  }

  /** What was on before is on again. */
  #restore(): void {
    const before = this.#before;
    this.#before = undefined;
    if (!before) return;
    const { devices, talking } = this.#o;
    if (!before.sound && !before.camera && !talking.peek()) {
      devices.close();
      return;
    }
    devices.mute(before.muted);
    if (before.camera || !before.sound) void devices.open({ sound: true, camera: true });
    else devices.cameraOff();
  }

  #ring(): () => void {
    let left = knocks;
    const knock = () => {
      left--;
      if (!this.#o.talking.peek()) this.#o.bell.colleague();
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(knock, again);
    knock();
    return () => clearInterval(timer);
  }
}
