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
import { Row } from './row.tsx';
import { Work } from './work';

const session: ClerkSession = {
  clerk: 'c',
  role: 'clerk',
  stage: 'full',
  factors: { totp: false, passkeys: 0 },
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
    max_calls: 3,
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
    button('Aufrufen: H 018').click();
    button('Aufrufen: H 018').click();
  });
  expect(asked.filter((a) => a.includes('/call'))).toEqual(['POST /api/v1/console/desks/d/call {"ticket":"t2"}']);
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

test('why no numbers are issued is said, and the switch stays what the clerk made of it', async () => {
  await live(view(1, { text: 'issuing_stopped', stop: 'time' }));
  expect(root.textContent).toContain('Keine neuen Nummern: Die Wartezeit reicht über das Ende der Sprechzeit hinaus.');
  expect(root.querySelector<HTMLInputElement>('.counters input[type=checkbox]')?.checked).toBe(true);
  await Socket.last.say('office', view(2, { text: 'issuing_stopped', stop: 'limit' }));
  expect(root.textContent).toContain('Alle Nummern des Tages sind vergeben');
  await Socket.last.say('office', view(3, { text: 'issuing_stopped', stop: 'clerk', issuing: false }));
  expect(root.textContent).not.toContain('Alle Nummern des Tages sind vergeben');
  expect(root.querySelector<HTMLInputElement>('.counters input[type=checkbox]')?.checked).toBe(false);
  await Socket.last.say('office', view(4, { status: 'closed', text: 'holiday', holiday: { de: 'Fronleichnam' } }));
  expect(root.textContent).toContain('Auf der Website: heute geschlossen (Fronleichnam)');
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

test('who is refused for the want of a reason is asked for it', async () => {
  await live(view(1));
  answers['POST /api/v1/console/desks/d/call'] = { status: 409, body: { key: 'reason_missing' } };
  await click(button('Aufrufen: H 018'));
  await vi.waitFor(() => expect(root.querySelector('dialog h2')?.textContent).toContain('H 018 vor den anderen'));
  expect(root.querySelector('.banners [role=alert]')?.textContent).toBe('');
});

test('out of turn it asks for the reason, and sends it', async () => {
  const late = { id: 't3', number: 'H 019', state: 'waiting', since: new Date().toISOString() } as const;
  await live(view(1, { waiting: [...view(1).waiting, late] }));
  answers['POST /api/v1/console/desks/d/call'] = { status: 409, body: { key: 'taken_by_colleague' } };
  await click(button('Aufrufen: H 019'));
  expect(root.querySelector('dialog h2')?.textContent).toBe('H 019 vor den anderen aufrufen');
  await act(async () => root.querySelectorAll<HTMLInputElement>('dialog input')[1]?.click());
  const call = [...root.querySelectorAll('dialog button')].find((b) => b.textContent === 'Aufrufen');
  await click(call as HTMLElement);
  const body = '{"ticket":"t3","reason":"urgent"}';
  expect(asked.filter((a) => a.includes('/call'))).toEqual([`POST /api/v1/console/desks/d/call ${body}`]);
});

test('who wants this clerk, who is parked and who missed the calls need no reason', async () => {
  const since = new Date().toISOString();
  const mine = { id: 't9', number: 'H 019', state: 'waiting', since, wants_me: true } as const;
  const missed = { id: 't8', number: 'H 008', state: 'missed', since, calls: 3 } as const;
  await live(view(1, { waiting: [...view(1).waiting, mine], missed: [missed] }));
  expect(root.textContent).toContain('möchte zu Ihnen');
  await click(button('Aufrufen: H 019'));
  await click(button('Wieder einreihen: H 008'));
  expect(root.querySelector('dialog')).toBeNull();
  expect(asked.slice(-2)).toEqual([
    'POST /api/v1/console/desks/d/call {"ticket":"t9"}',
    'POST /api/v1/console/offices/o/tickets/t8/return',
  ]);
});

test('a row of which nothing has changed is not drawn again, whatever else comes and however time passes', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const drawn = vi.spyOn(Row.prototype, 'render');
  try {
    const first = view(1);
    await live(first);
    drawn.mockClear();
    const since = new Date(Date.now() - 58_000).toISOString();
    const late = { id: 't3', number: 'H 019', state: 'waiting', since } as const;
    await Socket.last.say('office', view(2, { waiting: [...first.waiting, late] }));
    expect(drawn.mock.calls.map(([props]) => props?.ticket.number)).toEqual(['H 019']);
    await act(async () => void (await vi.advanceTimersByTimeAsync(4_000)));
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(root.querySelectorAll('.tickets li')[2]?.textContent).toContain('wartet 1 min'); // its words alone
  } finally {
    drawn.mockRestore();
    vi.useRealTimers();
  }
});

test('a vanished colleague leaves somebody behind: one click takes over', async () => {
  await live(view(1, { colleagues: [{ name: 'Herr Maier', state: 'absent', ticket: 'H 012', takes: 't5' }] }));
  await click(button('Übernehmen: H 012'));
  expect(asked.at(-1)).toBe('POST /api/v1/console/desks/d/take {"ticket":"t5"}');
});

test('the message to all is shown while it holds, and is taken back', async () => {
  await live(view(1));
  answers['PUT /api/v1/console/offices/o/message'] = {
    status: 200,
    body: view(2, { message: { text: 'Wir sind gleich wieder da.', at: new Date().toISOString() } }),
  };
  await click(button('Nachricht an alle: Hauptamt'));
  await click(button('Wir sind gleich wieder da.'));
  expect(root.querySelector('textarea')?.value).toBe('Wir sind gleich wieder da.');
  await click(button('Anzeigen'));
  await vi.waitFor(() => expect(root.querySelector('.told')?.textContent).toContain('Wir sind gleich wieder da.'));
  await click(button('Zurücknehmen'));
  expect(asked.at(-1)).toBe('PUT /api/v1/console/offices/o/message {"text":""}');
});

test('the bell shows until something is done, and its title counts on', async () => {
  const work = await live(view(1));
  const since = new Date().toISOString();
  const more = [...view(1).waiting, { id: 't3', number: 'H 019', state: 'waiting', since } as const];
  await Socket.last.say('office', view(2, { waiting: more }));
  expect(root.querySelector('.ringing')?.textContent).toContain('3 Personen warten.');
  await vi.waitFor(() => expect(document.title).toBe('(3) Schalter'));
  await click(button('Ton aus bis zum Nächsten'));
  expect(root.querySelector('.ringing')).toBeNull();
  expect(work.bell.ringing.value).toBe(false);
});

test('an office that was taken away is gone when the socket is back, but for a conversation there', async () => {
  let current = session;
  const api = new Api({ fetch: async () => new Response(JSON.stringify(current), { status: 200 }) });
  const client = new ClerkClient({ api, socketUrl: 'ws://x', socket: () => new Socket() as unknown as WebSocket });
  const now = new Date().toISOString();
  await client.load();
  await vi.waitFor(() => expect(Socket.last.onopen).toBeDefined());
  Socket.last.onopen?.();
  await Socket.last.say('welcome', { version: 1, now });
  await Socket.last.say('office', view(1, { current: { id: 't1', number: 'H 017', state: 'serving', since: now } }));
  current = { ...session, offices: [] };
  await Socket.last.say('welcome', { version: 1, now });
  await vi.waitFor(() => expect(client.session.value).toEqual({ kind: 'in', session: current }));
  expect([...client.offices.value.keys()]).toEqual(['o']);
  await Socket.last.say('office', view(2));
  expect(client.offices.value.size).toBe(0);
});
