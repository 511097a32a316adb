import { beforeEach, describe, expect, test } from 'vitest';
import { Api, Refusal } from './api.ts';
import { FakeSocket } from './fake-socket.ts';
import type { CitizenTicket } from './protocol.ts';
import { newer, TicketClient } from './ticket.ts';

const ticket = (over: Partial<CitizenTicket> = {}): CitizenTicket => ({
  id: 't1',
  revision: 5,
  authority: 'musterstadt',
  office: 'o1',
  office_name: { de: 'Bauamt' },
  number: 'B 001',
  state: 'waiting',
  drawn_at: '2026-11-21T09:00:00Z',
  ahead: 2,
  status: 'open',
  text: 'waiting',
  now: '2026-11-21T09:00:00Z',
  ...over,
});

interface Seen {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Record<string, unknown> | undefined;
}

/** A server of a few lines: `answer` says status and body for each request. */
function server(answer: (seen: Seen, count: number) => [number, unknown] | 'down') {
  const seen: Seen[] = [];
  const fetch = (async (path: string, init: RequestInit) => {
    const request: Seen = {
      method: init.method ?? 'GET',
      path,
      headers: init.headers as Record<string, string>,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    };
    seen.push(request);
    const out = answer(request, seen.length);
    if (out === 'down') throw new TypeError('fetch failed');
    return new Response(JSON.stringify(out[1]), { status: out[0] });
  }) as unknown as typeof globalThis.fetch;
  const kept: string[] = [];
  const client = new TicketClient({
    api: (bearer) => new Api({ fetch, bearer }),
    socketUrl: 'ws://x/t',
    keep: (code) => kept.push(code),
    socket: FakeSocket.make,
  });
  return { client, seen, kept };
}

const problem = (status: number, key: string) => ({ status, key, code: 'x', title: '', type: '' });

beforeEach(() => {
  FakeSocket.all = [];
});

describe('drawing', () => {
  test('a double click draws once, with one key and our header', async () => {
    const { client, seen } = server((s) => (s.method === 'POST' ? [201, { ticket: ticket() }] : [200, ticket()]));
    const draw = { authority: 'm', office: 'o1' };
    await Promise.all([client.draw(draw), client.draw(draw)]);
    expect(seen.map((s) => s.method)).toEqual(['POST', 'GET']);
    expect(seen[0]?.headers).toMatchObject({ 'X-Schalter': '1' });
    expect(seen[0]?.headers['Idempotency-Key']).toMatch(/^[0-9a-f]{32}$/);
    expect(client.view.value?.number).toBe('B 001');
    expect(FakeSocket.all).toHaveLength(1);
  });

  test('a retry after a lost answer has the same key', async () => {
    const { client, seen } = server((s, n) =>
      n === 1 ? 'down' : s.method === 'POST' ? [201, { ticket: ticket() }] : [200, ticket()],
    );
    const draw = { authority: 'm', office: 'o1' };
    await expect(client.draw(draw)).rejects.toMatchObject({ kind: 'offline' });
    await client.draw(draw);
    expect(seen[1]?.headers['Idempotency-Key']).toBe(seen[0]?.headers['Idempotency-Key']);
  });

  test('a key of the page is used as it is', async () => {
    const { client, seen } = server((s) => (s.method === 'POST' ? [201, { ticket: ticket() }] : [200, ticket()]));
    await client.draw({ authority: 'm', office: 'o1' }, 'ab'.repeat(16));
    expect(seen[0]?.headers['Idempotency-Key']).toBe('ab'.repeat(16));
  });

  test('a browser that refuses the cookie gets a secret in memory and a code for the page', async () => {
    const { client, seen, kept } = server((s) => {
      if (s.path.endsWith('/tickets')) {
        return [201, s.body?.no_cookie ? { ticket: ticket(), secret: 's3', resume: 'c0de' } : { ticket: ticket() }];
      }
      return s.headers.Authorization ? [200, ticket()] : [401, problem(401, 'ticket_unknown')];
    });
    await client.draw({ authority: 'm', office: 'o1' });
    expect(kept).toEqual(['c0de']);
    expect(seen.filter((s) => s.path.endsWith('/tickets')).map((s) => s.headers['Idempotency-Key'])).toHaveLength(2);
    await client.load();
    expect(seen.at(-1)?.headers.Authorization).toBe('Bearer s3');
    FakeSocket.last.open();
    expect(FakeSocket.last.sent[0]).toEqual({ type: 'hello', data: { versions: [1], secret: 's3' } });
  });

  test('a refusal carries its key', async () => {
    const { client } = server(() => [409, problem(409, 'office_closed')]);
    const refused = await client.draw({ authority: 'm', office: 'o1' }).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ kind: 'refused', key: 'office_closed', passing: false });
  });
});

describe('following', () => {
  test('an older view never replaces a newer one', () => {
    const at = (revision: number, seconds = 0, office = 'o1') =>
      ticket({ revision, office, now: `2026-11-21T09:00:0${seconds}Z` });
    expect(newer(at(5), at(4, 9))).toBe(false);
    expect(newer(at(5), at(6))).toBe(true);
    expect(newer(at(5, 3), at(5, 2))).toBe(false);
    expect(newer(at(5, 3), at(5, 4))).toBe(true);
    // transferred: another office counts for itself
    expect(newer(at(90, 3), at(2, 4, 'o2'))).toBe(true);
    expect(newer(at(2, 4, 'o2'), at(91, 3))).toBe(false);
  });

  test('a newer window silences this one, until it takes the ticket back', async () => {
    const { client } = server(() => [200, ticket()]);
    expect(await client.load()).toBe(true);
    FakeSocket.last.open();
    FakeSocket.last.say('replaced');
    expect(client.replaced.value).toBe(true);
    client.follow();
    expect(client.replaced.value).toBe(false);
    await Promise.resolve();
    expect(FakeSocket.all).toHaveLength(2);
  });

  test('no ticket is no fault', async () => {
    const { client } = server(() => [401, problem(401, 'ticket_unknown')]);
    expect(await client.load()).toBe(false);
    expect(FakeSocket.all).toHaveLength(0);
  });
});

describe('parting with it', () => {
  test('moved to another device: silent here, and no way to take it back by itself', async () => {
    const { client } = server(() => [200, ticket()]);
    await client.load();
    FakeSocket.last.open();
    FakeSocket.last.say('moved');
    expect([client.lost.value, client.replaced.value]).toEqual(['moved', false]);
    expect(client.live.value.kind).toBe('closed');
  });

  test.each([
    [4410, 'ticket_moved', 'moved'],
    [4401, 'ticket_unknown', 'gone'],
  ])('a page that slept learns it when it comes back: %s', async (code, reason, lost) => {
    const { client } = server(() => [200, ticket()]);
    await client.load();
    FakeSocket.last.open();
    FakeSocket.last.drop(code, reason);
    expect(client.lost.value).toBe(lost);
  });

  test('so does one that is loaded again', async () => {
    const { client } = server(() => [410, problem(410, 'ticket_moved')]);
    expect(await client.load()).toBe(false);
    expect(client.lost.value).toBe('moved');
  });

  test('a page whose socket is only lost keeps it', async () => {
    const { client } = server(() => [200, ticket()]);
    await client.load();
    FakeSocket.last.open();
    FakeSocket.last.drop(1006);
    expect(client.lost.value).toBeNull();
    client.unfollow();
  });

  test('a code for the phone, and all that is kept, are asked for with our header', async () => {
    const { client, seen } = server((s) => [
      200,
      s.path.endsWith('export') ? { ticket: {} } : { url: 'https://x/v/m#c' },
    ]);
    expect((await client.moveCode()).url).toBe('https://x/v/m#c');
    await client.export();
    expect(seen.map((s) => `${s.method} ${s.path}`)).toEqual([
      'POST /api/v1/ticket/move-code',
      'GET /api/v1/ticket/export',
    ]);
    expect(seen[0]?.headers).toMatchObject({ 'X-Schalter': '1' });
  });

  test('deleting it is no news of a lost ticket; a refused deletion leaves all as it was', async () => {
    let refuse = true;
    const { client } = server((s) => {
      if (s.method !== 'DELETE') return [200, ticket()];
      if (refuse) return [503, problem(503, 'unavailable')];
      FakeSocket.last.say('ticket', ticket({ revision: 9, state: 'left' }));
      FakeSocket.last.drop(4401, 'ticket_unknown');
      return [200, undefined];
    });
    await client.load();
    FakeSocket.last.open();
    await expect(client.erase()).rejects.toMatchObject({ key: 'unavailable' });
    expect(client.view.value?.state).toBe('waiting');
    refuse = false;
    const states: unknown[] = [];
    const stop = client.view.subscribe((view) => states.push(view?.state));
    await client.erase();
    stop();
    expect(states).toEqual(['waiting', undefined]);
    expect(client.lost.value).toBeNull();
  });
});
