// The settings as the server knows them, what somebody has typed and not yet saved, and how it is saved. No DOM.
import { type ReadonlySignal, signal } from '@preact/signals';
import { Refusal, refusalOf } from '../../client/api';
import type { Settings } from '../../client/protocol';
import type { ClerkClient } from '../clerk';

const path = '/api/v1/console/settings';

export type Loaded = { kind: 'loading' } | { kind: 'lost' } | { kind: 'there'; settings: Settings };

export class Administration {
  readonly client: ClerkClient;
  readonly #loaded = signal<Loaded>({ kind: 'loading' });
  /** What was typed and not yet saved, by form. It outlives the page on which it was typed. */
  readonly drafts = new Map<string, { draft: unknown; base: unknown }>();

  constructor(client: ClerkClient) {
    this.client = client;
  }

  get loaded(): ReadonlySignal<Loaded> {
    return this.#loaded;
  }

  async load(): Promise<void> {
    if (this.#loaded.peek().kind !== 'there') this.#loaded.value = { kind: 'loading' };
    try {
      this.#take(await this.client.ask(this.client.api.get<Settings>(path)));
    } catch {
      if (this.#loaded.peek().kind !== 'there') this.#loaded.value = { kind: 'lost' };
    }
  }

  /** A change without a revision: the last one counts. */
  async change(method: 'put' | 'delete' | 'upload', below: string, body?: unknown): Promise<void> {
    const api = this.client.api;
    const at = `${path}/${below}`;
    const sent =
      method === 'delete'
        ? api.delete<Settings>(at)
        : method === 'upload'
          ? api.upload<Settings>(at, body as Blob)
          : api.put<Settings>(at, body);
    this.#take(await this.client.ask(sent));
  }

  /**
   * Saves one part of the settings. If somebody else has saved since, and not this part, it is simply tried again; if it
   * is this part, the refusal is thrown, and the next try replaces what the other has saved.
   */
  async save<T>(method: 'put' | 'post', below: string, body: object, part: (s: Settings) => T, base: T): Promise<void> {
    for (let again = false; ; again = true) {
      const state = this.#loaded.peek();
      if (state.kind !== 'there') throw Refusal.offline();
      const revision = state.settings.revision;
      try {
        const sent = this.client.api[method]<Settings>(`${path}/${below}`, { revision, ...body });
        this.#take(await this.client.ask(sent));
        return;
      } catch (error) {
        if (refusalOf(error).key !== 'settings_changed' || again) throw error;
        await this.load();
        const now = this.#loaded.peek();
        if (now.kind !== 'there' || !same(part(now.settings), base)) throw error;
      }
    }
  }

  #take(settings: Settings): void {
    this.#loaded.value = { kind: 'there', settings };
  }
}

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
