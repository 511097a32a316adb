// A hostile script on the town's page, a hostile frame in it, and a hostile site around it get nothing of the citizen's.

import { expect, type Page, test } from '@playwright/test';
import {
  drawHere,
  element,
  expectBoard,
  expectNumber,
  frameOf,
  type Ground,
  giveBack,
  hauptamt,
  startGround,
  tag,
  type Visitor,
  visitor,
} from './support/town.ts';

let ground: Ground;
let victim: Visitor;
let secret = '';
let number = '';

/** Runs before our script and listens to all that passes between board and frame. */
const eavesdropper = `<script>{
window.heard = [];
addEventListener('message', (e) => heard.push(JSON.stringify(e.data)));
const post = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (data, ...more) { heard.push(JSON.stringify(data)); return post.call(this, data, ...more) };
const on = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', { get: on.get, set(f) {
  on.set.call(this, f && ((e) => { heard.push(JSON.stringify(e.data)); f.call(this, e) })) } });
const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (k, v) { heard.push(k + v); return set.call(this, k, v) };
}</script>`;

test.beforeAll(async () => {
  ground = await startGround();
  victim = await visitor(ground);
  await victim.context.addInitScript(helpers);
  const advertisement = `<iframe name="ad" src="${ground.stranger.page({ body: '<h1>Werbung</h1>' })}"></iframe>`;
  await victim.page.goto(ground.town.page({ head: eavesdropper, body: element + tag + advertisement }));
  await hauptamt(victim.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(victim.page));
  number =
    (await frameOf(victim.page)
      .getByText(/^H \d{3}$/)
      .first()
      .textContent()) ?? '';
  const [cookie] = await victim.context.cookies();
  secret = cookie?.value ?? '';
  expect(secret).toMatch(/^\w{20,}$/);
});
test.afterAll(() => ground?.stop());

/** The place in the queue is as it was: for the citizen, and for the clerk. */
async function expectUnharmed(): Promise<void> {
  await expect(frameOf(victim.page).getByText(number, { exact: true }).first()).toBeVisible();
  const ours = victim.page.frames().find((frame) => frame.url().includes('/f/musterstadt/'));
  const state = await ours?.evaluate(async () => (await (await fetch('/api/v1/ticket')).json()).state);
  expect(state).toBe('waiting');
  await expect(ground.clerk.getByRole('listitem').filter({ hasText: number })).toHaveCount(1);
}

type Attempt = [name: string, code: (ours: { S: string; C: string }) => unknown, outcome: RegExp];

/** Each runs in the town's page with all its rights. What it returns, or throws, must be what the outcome says. */
const attempts: Attempt[] = [
  ["read the frame's document", () => String(frame().contentDocument), /^null$/],
  ['reach into the frame', () => (frame().contentWindow as Window).document, /SecurityError/],
  ["read the frame's storage", () => (frame().contentWindow as Window).localStorage, /SecurityError/],
  [
    'run code in the frame',
    () => {
      (frame().contentWindow as Window).location.href =
        "javascript:fetch('/api/v1/ticket/leave',{method:'POST',headers:{'X-Schalter':'1'}})";
      return 'navigated';
    },
    /SecurityError|navigated/,
  ],
  ['read cookies', () => document.cookie, /^$/],
  [
    'read storage',
    () => JSON.stringify({ ...localStorage, ...sessionStorage }),
    /^\{"schalter:musterstadt":"\{\\"at\\":\d+\}"\}$/,
  ],
  [
    'read addresses',
    () =>
      performance
        .getEntriesByType('resource')
        .map((e) => e.name)
        .filter((n) => /[?#]/.test(n))
        .join(),
    /^$/,
  ],
  ['fetch the ticket', ({ S }) => fetch(`${S}/api/v1/ticket`, { credentials: 'include' }), /TypeError/],
  [
    'fetch the ticket without reading',
    async ({ S }) => (await fetch(`${S}/api/v1/ticket`, { credentials: 'include', mode: 'no-cors' })).type,
    /^opaque$|TypeError/,
  ],
  [
    'leave by fetch',
    ({ S }) =>
      fetch(`${S}/api/v1/ticket/leave`, { method: 'POST', credentials: 'include', headers: { 'X-Schalter': '1' } }),
    /TypeError/,
  ],
  [
    'leave by a simple post',
    async ({ S }) =>
      (await fetch(`${S}/api/v1/ticket/leave`, { method: 'POST', credentials: 'include', mode: 'no-cors' })).type,
    /^opaque$|TypeError/,
  ],
  ['leave by a beacon', ({ S }) => String(navigator.sendBeacon(`${S}/api/v1/ticket/leave`, 'x')), /true|false/],
  ['leave by a form in a frame of its own', ({ S }) => post(`${S}/api/v1/ticket/leave`), /sent/],
  ['ask for a resume code by a form', ({ S }) => post(`${S}/api/v1/ticket/resume-code`), /sent/],
  [
    'draw by fetch',
    ({ S }) =>
      fetch(`${S}/api/v1/tickets`, {
        method: 'POST',
        headers: { 'X-Schalter': '1', 'Idempotency-Key': '0'.repeat(32) },
      }),
    /TypeError/,
  ],
  ['load the ticket as a script', ({ S }) => load('script', `${S}/api/v1/ticket`), /error/],
  ['load the ticket as a style sheet', ({ S }) => load('link', `${S}/api/v1/ticket`), /error/],
  ["open the ticket's socket", ({ S }) => socket(`${S}/api/v1/ticket/socket`), /^closed$/],
  ["open the room's socket", ({ S }) => socket(`${S}/api/v1/room`), /^closed$/],
  ["open the console's socket", ({ C }) => socket(`${C}/api/v1/console/socket`), /^closed$/],
  [
    'read the console session',
    ({ C }) => fetch(`${C}/api/v1/console/session`, { credentials: 'include' }),
    /TypeError/,
  ],
  [
    'log in at the console',
    ({ C }) => fetch(`${C}/api/v1/console/session`, { method: 'POST', headers: { 'X-Schalter': '1' }, body: '{}' }),
    /TypeError/,
  ],
  ['open the console in a frame', ({ C }) => framed(C), /^silent$/],
  ['open our own page in a frame', ({ S }) => framed(`${S}/musterstadt`), /^silent$/],
  ["open the tab's page in a frame", ({ S }) => framed(`${S}/v/musterstadt`), /^silent$/],
  ['keep a handle on our window', ({ S }) => opened(`${S}/v/musterstadt`), /^closed|SecurityError/],
  [
    'break out of a shared window by name',
    ({ S }) => String(window.open(`${S}/f/musterstadt/`, 'schalter', 'noopener')),
    /null/,
  ],
];

// These run in the page; see helpers below.
declare function frame(): HTMLIFrameElement;
declare function post(url: string): Promise<string>;
declare function load(tag: string, url: string): Promise<string>;
declare function socket(url: string): Promise<string>;
declare function framed(url: string): Promise<string>;
declare function opened(url: string): Promise<string>;

const helpers = `
globalThis.frame = () => document.querySelector('schalter-board').shadowRoot.querySelector('iframe[name=schalter]');
globalThis.wait = (ms) => new Promise((done) => setTimeout(done, ms));
globalThis.post = (url) => new Promise((done) => {
  const i = document.createElement('iframe'); i.name = 'sink' + Math.random(); document.body.append(i);
  const f = document.createElement('form'); f.method = 'POST'; f.action = url; f.target = i.name; document.body.append(f);
  i.onload = () => done('sent'); f.submit();
});
globalThis.load = (tag, url) => new Promise((done) => {
  const e = document.createElement(tag); e.onload = () => done('loaded'); e.onerror = () => done('error');
  if (tag === 'link') { e.rel = 'stylesheet'; e.href = url } else e.src = url; document.head.append(e);
});
globalThis.socket = (url) => new Promise((done) => {
  const s = new WebSocket(url.replace('http', 'ws')); const got = [];
  s.onopen = () => s.send('{"type":"hello","data":{"versions":[1]}}');
  s.onmessage = (e) => got.push(e.data); s.onclose = () => done(got.join() || 'closed');
});
globalThis.framed = (url) => new Promise((done) => {
  const i = document.createElement('iframe'); i.src = url; document.body.append(i);
  addEventListener('message', (e) => { if (e.source === i.contentWindow) done('it speaks') });
  i.onload = () => wait(300).then(() => done('silent'));
});
globalThis.opened = async (url) => { const w = open(url); for (let n = 0; n < 50 && !w.closed; n++) await wait(100); if (w.closed) return 'closed'; return String(w.document) };
`;

for (const [name, code, outcome] of attempts)
  test(`the town's script cannot ${name}`, async () => {
    const ours = { S: ground.program.public, C: ground.program.console };
    const call = `(${code})(${JSON.stringify(ours)})`;
    const result = await victim.page.evaluate<string>(
      `(async () => { try { return String(await ${call}) } catch (error) { return error.name } })()`,
    );
    expect(result).toMatch(outcome);
    expect(result).not.toContain(secret);
    for (const page of victim.context.pages()) if (page !== victim.page) await page.close();
    // Of all frames in this page only the citizen's own shows something of ours.
    const shown = victim.page.frames().filter((f) => [ours.S, ours.C].includes(new URL(f.url()).origin));
    expect(shown.map((f) => new URL(f.url()).pathname)).toEqual(['/f/musterstadt/']);
    await expectUnharmed();
  });

test('between board and frame there is nothing to overhear', async () => {
  await victim.page.evaluate(() =>
    frame().contentWindow?.postMessage({ schalter: 'port' }, '*', [new MessageChannel().port1]),
  );
  await expectUnharmed();
  const heard = await victim.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard.join()).toContain('"ready"');
  expect(heard.join()).toContain('"ticket"');
  expect(heard.join()).not.toContain(secret);
  expect(heard.join()).not.toContain('resume');
});

test("another frame in the town's page cannot speak for the board", async () => {
  const advertisement = victim.page.frame('ad');
  const answer = await advertisement?.evaluate(
    (S) =>
      new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => done(`the frame answered ${JSON.stringify(event.data)}`);
        for (let i = 0; i < parent.length; i++)
          if (parent[i] !== window) (parent[i] as Window).postMessage({ schalter: 'port' }, S, i === 0 ? [port2] : []);
        setTimeout(() => done('silence'), 800);
      }),
    ground.program.public,
  );
  expect(answer).toBe('silence');
  await expectUnharmed();
});

test("another frame in the town's page cannot speak for our frame", async () => {
  const advertisement = victim.page.frame('ad');
  const answer = await advertisement?.evaluate(
    () =>
      new Promise((done) => {
        addEventListener('message', (event) => done(`the board answered ${JSON.stringify(event.data)}`));
        parent.postMessage({ schalter: 'ready' }, '*');
        parent.postMessage({ call: 'done' }, '*');
        parent.postMessage({ call: 'ticket', with: { exists: false } }, '*');
        setTimeout(() => done('silence'), 800);
      }),
  );
  expect(answer).toBe('silence');
  await expectUnharmed();
});

test('a site that is not in the list cannot frame us, nor the town with us in it', async () => {
  const seen = await visitor(ground);
  const bare = `<iframe id="f" src="S/f/musterstadt/" width="900" height="600"></iframe>`;
  await seen.page.goto(ground.stranger.page({ body: bare }));
  await expect
    .poll(() => seen.page.frames().map((f) => f.url()))
    .toContainEqual(expect.stringMatching(/^chrome-error:/));
  await seen.page.goto(
    ground.stranger.page({
      body: `<iframe allow="camera *; microphone *" src="${ground.town.page({})}" width="900" height="600"></iframe>`,
    }),
  );
  const inner = seen.page.frameLocator('iframe').locator('schalter-board');
  await inner.getByRole('button', { name: 'Nummer ziehen' }).click();
  await expect
    .poll(() => seen.page.frames().map((f) => f.url()))
    .toContainEqual(expect.stringMatching(/^chrome-error:/));
  await seen.context.close();
});

test('at last the citizen gives the number back', async () => {
  await giveBack(victim.page);
  await victim.context.close();
  const after: Page = (await visitor(ground)).page;
  await after.goto(ground.town.page({}));
  await expectBoard(after);
  await drawHere(after);
});
