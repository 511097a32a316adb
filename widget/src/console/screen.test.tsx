// @vitest-environment happy-dom
// The screens on a server made of a fetch and a socket: what the clerk sees and what is asked of the server.
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../client/api';
import type { ClerkSession, OfficeView } from '../client/protocol';
import { Devices } from '../media/devices';
import { App } from './app.tsx';
import { Bell } from './bell';
import { ClerkClient } from './clerk';
import { Work } from './work';

const session: ClerkSession = {
  clerk: 'c',
  role: 'clerk',
  name: 'Frau Huber',
  authority: { slug: 'm', name: { de: 'Stadt Musterstadt' }, phone: '0123' },
  offices: [{ id: 'o', name: { de: 'Hauptamt' } }],
};

function view(revision: number, more: Partial<OfficeView> = {}): OfficeView {
  const at = Date.now();
  const now = new Date(at).toISOString();
  const since = new Date(at - 12 * 60_000).toISOString();
  return {
    id: 'o',
    revision,
    name: { de: 'Hauptamt' },
    status: 'open',
    text: 'waiting',
    issuing: true,
    today: [],
    desk: { id: 'd', state: 'open' },
    waiting: [
      { id: 't2', number: 'H 018', state: 'waiting', since, deferred: true, lang: 'tr' },
      { id: 't1', number: 'H 017', state: 'waiting', since: now, topic_name: { de: 'Ausweis' } },
    ],
    parked: [],
    missed: [],
    colleagues: [],
    figures: { visits: 14, mean_wait_minutes: 6, missed: 1 },
    now,
    ...more,
  };
}

class Socket {
  static last: Socket;
  readyState = 1;
  onopen?: () => void;
  onmessage?: (e: { data: string }) => void;
  onclose?: (e: { code: number; reason: string }) => void;
  sent: string[] = [];
  constructor() {
    Socket.last = this;
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {}
  say(type: string, data: unknown) {
    return act(() => this.onmessage?.({ data: JSON.stringify({ type, data }) }));
  }
}

let root: HTMLElement;
let answers: Record<string, { status: number; body: unknown }>;
let asked: string[];

beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
  asked = [];
  answers = { 'GET /api/v1/console/session': { status: 200, body: session } };
});
afterEach(() => {
  render(null, root);
  root.remove();
});

async function start(windows?: EventTarget & { postMessage: (said: string) => void }): Promise<Work> {
  const fetch = async (path: string | URL | Request, init?: RequestInit) => {
    const key = `${init?.method} ${path}`;
    asked.push(`${key} ${init?.body ?? ''}`.trim());
    const answer = answers[key] ?? { status: 500, body: { key: 'internal', request_id: 'r1' } };
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  const socket = () => new Socket() as unknown as WebSocket;
  const client = new ClerkClient({
    api: new Api({ fetch }),
    socketUrl: 'ws://x',
    socket,
    ...(windows ? { windows } : {}),
  });
  const env = { media: undefined, permission: async () => 'denied' as const, allowed: () => true };
  const work = new Work({
    client,
    devices: new Devices(env),
    permission: env.permission,
    bell: new Bell(),
    name: () => 'Hauptamt',
  });
  await act(() => render(<App work={work} lang="de" />, root));
  await act(() => client.load());
  return work;
}

async function live(first: OfficeView): Promise<Work> {
  const work = await start();
  await vi.waitFor(() => expect(Socket.last.onopen).toBeDefined());
  await act(() => Socket.last.onopen?.());
  await Socket.last.say('office', first);
  return work;
}

const button = (name: string) => {
  const all = [...root.querySelectorAll('button')];
  const found = all.find((b) => (b.getAttribute('aria-label') ?? b.textContent ?? '').startsWith(name));
  if (!found) throw new Error(`no button ${name}: ${all.map((b) => b.textContent).join(', ')}`);
  return found;
};
const click = (b: HTMLElement) => act(async () => b.click());

test('a wrong password says what to do, and the form stays filled', async () => {
  answers['GET /api/v1/console/session'] = { status: 401, body: { key: 'session_over' } };
  answers['POST /api/v1/console/session'] = { status: 401, body: { key: 'login_wrong' } };
  await start();
  const [mail, password] = root.querySelectorAll('input');
  for (const [input, value] of [
    [mail, 'huber@musterstadt.example'],
    [password, 'falsch'],
  ] as const) {
    if (!input) throw new Error('no input');
    input.value = value;
    await act(() => void input.dispatchEvent(new Event('input', { bubbles: true })));
  }
  expect(mail?.autocomplete).toBe('username');
  expect(password?.autocomplete).toBe('current-password');
  await act(async () => void root.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true })));
  const said = () => root.querySelector('[role=alert]')?.textContent;
  await vi.waitFor(() => expect(said()).toContain('Passwort stimmt nicht'));
  expect(mail?.value).toBe('huber@musterstadt.example');
});

test('the list stands in the order of the server, with minutes and marks in words', async () => {
  await live(view(1));
  const rows = [...root.querySelectorAll('.tickets li')].map((li) => li.textContent);
  expect(rows[0]).toContain('H 018');
  expect(rows[0]).toContain('wartet 12 min · Türkisch');
  expect(rows[0]).toContain('noch nicht bereit');
  expect(rows[1]).toContain('H 017Ausweis');
  expect(rows[1]).toContain('gerade gekommen');
  await vi.waitFor(() => expect(document.title).toBe('(2) Schalter'));
});

test('an older view does not come back', async () => {
  await live(view(3, { waiting: [] }));
  await Socket.last.say('office', view(2));
  expect(root.querySelectorAll('.tickets li')).toHaveLength(0);
  const next = button('Nächste Person');
  expect(next.getAttribute('aria-disabled')).toBe('true');
  expect(root.textContent).toContain('Niemand wartet.');
});

test('a refusal is said in a sentence, and a double click asks once', async () => {
  await live(view(1));
  answers['POST /api/v1/console/desks/d/call'] = { status: 409, body: { key: 'taken_by_colleague' } };
  await act(async () => {
    button('Aufrufen: H 017').click();
    button('Aufrufen: H 017').click();
  });
  expect(asked.filter((a) => a.includes('/call'))).toEqual(['POST /api/v1/console/desks/d/call {"ticket":"t1"}']);
  await vi.waitFor(() => expect(root.querySelector('.banners [role=alert]')?.textContent).toContain('war schneller'));
});

test('closing with people waiting asks first; a colleague at the desk makes it a single click', async () => {
  await live(view(1));
  answers['POST /api/v1/console/desks/d/close'] = { status: 200, body: view(3, { desk: undefined } as never) };
  await click(button('Schließen: Hauptamt'));
  expect(root.querySelector('dialog')?.textContent).toContain('Hier warten noch 2 Personen.');
  await click(button('Offen lassen'));
  expect(root.querySelector('dialog')).toBeNull();
  await Socket.last.say('office', view(2, { colleagues: [{ name: 'Herr Maier', state: 'open' }] }));
  await click(button('Schließen: Hauptamt'));
  await vi.waitFor(() => expect(root.textContent).toContain('Hauptamt ist zu.'));
});

test('a lost line is said in words, and nothing can be called meanwhile', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  try {
    await live(view(1));
    await act(() => Socket.last.onclose?.({ code: 1006, reason: '' }));
    expect(button('Nächste Person').getAttribute('aria-disabled')).toBe('true');
    await act(async () => void (await vi.advanceTimersByTimeAsync(1600)));
    expect(root.querySelector('.banners')?.textContent).toContain('Keine Verbindung zum Server.');
  } finally {
    vi.useRealTimers();
  }
});

test('a newer window is heard although the own line is down', async () => {
  const said: string[] = [];
  const windows = Object.assign(new EventTarget(), { postMessage: (what: string) => void said.push(what) });
  const work = await start(windows);
  expect(said).toEqual(['here']);
  await act(() => void windows.dispatchEvent(new MessageEvent('message', { data: 'here' })));
  expect(root.textContent).toContain('in einem anderen Fenster offen');
  await click(button('Hier weiterarbeiten'));
  expect(work.client.replaced.value).toBe(false);
  expect(said).toEqual(['here', 'here']);
});
