// The town's page is hostile ground, first: what its headers forbid (EMBED sections 1 and 2).

import { expect, test } from '@playwright/test';
import {
  drawHere,
  drawInTab,
  element,
  expectBoard,
  expectNumber,
  farewell,
  type Ground,
  giveBack,
  hauptamt,
  openTab,
  startGround,
  type TownPage,
  tag,
  type Visitor,
  visitor,
} from './support/town.ts';

let ground: Ground;

test.beforeAll(async () => {
  ground = await startGround();
});
test.afterAll(() => ground?.stop());

const sentences = {
  insecure: 'Diese Seite läuft ohne https. Die Kamera geht nur mit https.',
  sandbox: 'Vorschau im Sandkasten: Hier ist kein Gespräch möglich, auf der echten Seite schon.',
  policy: 'Der Header Permissions-Policy sperrt die Kamera. Bitte: camera=(self "S"), microphone=(self "S").',
  frame: 'Die CSP verbietet unseren Rahmen. Bitte frame-src S ergänzen.',
  connect: 'Der Status kommt über einen Umweg. Besser connect-src S ergänzen.',
  silent:
    'Der Rahmen antwortet nicht: Diese Adresse fehlt in Ihrer Liste, COEP sperrt, oder der Dienst ist nicht erreichbar.',
  display: 'Bildschirm teilen oder Vollbild ist gesperrt.',
};

/** Exactly this has been told to the web editor, once. */
async function expectTold(seen: Visitor, ...problems: (keyof typeof sentences)[]): Promise<void> {
  const expected = problems.map((problem) => sentences[problem].replace(/\bS\b/g, ground.program.public));
  await expect.poll(() => seen.told, { timeout: 20_000 }).toEqual(expected);
}

async function open(page: TownPage, town = ground.town): Promise<Visitor> {
  const seen = await visitor(ground);
  await seen.page.goto(town.page(page));
  return seen;
}

const csp = (policy: string) => ({ 'Content-Security-Policy': policy });
const permissions = (policy: string) => ({ 'Permissions-Policy': policy });

const inTheFrame: [name: string, page: TownPage, told?: keyof typeof sentences][] = [
  ['no header at all', {}],
  [
    "script by nonce and 'strict-dynamic'",
    {
      headers: csp("script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; base-uri 'none'"),
      body: element + tag.replace('<script', '<script nonce="abc"'),
    },
  ],
  ["style-src 'self'", { headers: csp("style-src 'self'") }],
  ['Trusted Types', { headers: csp("require-trusted-types-for 'script'; trusted-types 'none'") }],
  ["img-src 'self'", { headers: csp("img-src 'self'; font-src 'self'") }],
  ['a policy that only reports', { headers: { 'Content-Security-Policy-Report-Only': "default-src 'self'" } }],
  [
    'the three lines that we ask for',
    { headers: csp("default-src 'self'; script-src S; frame-src S; connect-src S; style-src 'self'") },
  ],
  ['camera for the page and for us', { headers: permissions('camera=(self "S"), microphone=(self "S")') }],
  ['camera for everybody', { headers: permissions('camera=*, microphone=*') }],
  ['no screen sharing', { headers: permissions('display-capture=()') }, 'display'],
  ['no full screen', { headers: permissions('fullscreen=()') }, 'display'],
  ['COEP require-corp', { headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' } }],
  [
    'COEP credentialless, isolated',
    { headers: { 'Cross-Origin-Embedder-Policy': 'credentialless', 'Cross-Origin-Opener-Policy': 'same-origin' } },
  ],
  ['COOP same-origin', { headers: { 'Cross-Origin-Opener-Policy': 'same-origin' } }],
  ['X-Frame-Options of the page itself', { headers: { 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'no-referrer' } }],
];

for (const [name, page, told] of inTheFrame)
  test(`in the frame: ${name}`, async () => {
    const seen = await open(page);
    await expectBoard(seen.page);
    await drawHere(seen.page);
    await expectTold(seen, ...(told ? [told] : []));
    await farewell(seen);
  });

const detours = [
  ["default-src 'self' with us for scripts and frames", "default-src 'self'; script-src S; frame-src S"],
  ["connect-src 'self'", "connect-src 'self'"],
];

for (const [name = '', policy = ''] of detours)
  test(`by the relay: ${name}`, async () => {
    const seen = await visitor(ground);
    // Clocks that don't agree: the baked status counts as old, and is asked for at once.
    await seen.context.addInitScript(() => {
      const now = Date.now;
      Date.now = () => now() + 3_600_000;
    });
    const relayed = seen.page.waitForResponse(
      (r) => r.url().endsWith('/api/v1/authorities/musterstadt/board') && r.frame() !== seen.page.mainFrame(),
    );
    await seen.page.goto(ground.town.page({ headers: csp(policy) }));
    expect((await relayed).status()).toBe(200);
    await expectBoard(seen.page);
    await drawHere(seen.page);
    await expectTold(seen, 'connect');
    await farewell(seen);
  });

test("script-src 'self': the link is there, and leads to our own page", async () => {
  const seen = await open({ headers: csp("script-src 'self'") });
  const link = seen.page.getByRole('link', { name: 'Virtuelles Bürgerbüro öffnen' });
  await expect(link).toBeVisible();
  await link.click();
  await expectBoard(seen.page);
  await drawHere(seen.page);
  await farewell(seen);
});

const noFrame = [
  ["frame-src 'self'", "frame-src 'self'"],
  ["child-src 'self'", "child-src 'self'"],
  ["default-src 'self' without a word on frames", "default-src 'self'; script-src S; connect-src S"],
];

for (const [name = '', policy = ''] of noFrame)
  test(`in a tab of its own: ${name}`, async () => {
    const seen = await open({ headers: csp(policy) });
    await expectBoard(seen.page);
    await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
    await expect(seen.page.getByText('Der Schalter lässt sich auf dieser Seite nicht öffnen.')).toBeVisible();
    await expect(seen.page.getByText(`Adresse: ${ground.program.public}/v/musterstadt`)).toBeVisible();
    await drawInTab(seen, /In eigenem Tab öffnen/);
    await expectTold(seen, 'frame');
    // Back at the offices, their buttons know by now.
    await seen.page.getByRole('button', { name: 'Zurück zur Übersicht' }).click();
    await expect(hauptamt(seen.page).getByRole('link', { name: 'Nummer ziehen' })).toBeVisible();
    await farewell(seen);
  });

const noCamera: [name: string, headers: Record<string, string>][] = [
  ['camera=()', permissions('camera=()')],
  ['microphone=()', permissions('microphone=()')],
  ['camera=(self)', permissions('camera=(self), microphone=(self)')],
  ['the trap: us without self', permissions('camera=("S"), microphone=("S")')],
  ['camera=(self) and COOP', { ...permissions('camera=(self)'), 'Cross-Origin-Opener-Policy': 'same-origin' }],
];

for (const [name, headers] of noCamera)
  test(`in a tab of its own: ${name}`, async () => {
    const seen = await open({ headers });
    await expectBoard(seen.page);
    await hauptamt(seen.page).hover();
    await drawInTab(seen); // the hover has told: the button is a link
    await expectTold(seen, 'policy');
    await farewell(seen);
  });

test('in a tab of its own: camera=(), by a tap that no hover precedes', async () => {
  const seen = await open({ headers: permissions('camera=(), microphone=()') });
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).dispatchEvent('click');
  await drawInTab(seen, /In eigenem Tab öffnen/);
  await expectTold(seen, 'policy');
  await farewell(seen);
});

test('in a tab of its own: a plain http page', async () => {
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page({}).replace(ground.town.origin, ground.town.insecure));
  await expectBoard(seen.page);
  await drawInTab(seen);
  await expectTold(seen, 'insecure');
  await farewell(seen);
});

test('in a tab of its own: a page that is not in the list', async () => {
  const seen = await open({}, ground.stranger);
  await expectBoard(seen.page);
  await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expect(seen.page.getByText('Das dauert länger als üblich.')).toBeVisible();
  await expect(seen.page.getByText('Der Schalter lässt sich auf dieser Seite nicht öffnen.')).toBeVisible({
    timeout: 20_000,
  });
  await drawInTab(seen, /In eigenem Tab öffnen/);
  await expectTold(seen, 'silent');
  await farewell(seen);
});

for (const [name, policy] of [
  ['CSP sandbox', 'sandbox allow-scripts'],
  ['CSP sandbox with popups', 'sandbox allow-scripts allow-popups allow-popups-to-escape-sandbox'],
] as const)
  test(`a preview: ${name}`, async () => {
    const seen = await open({ headers: csp(policy) });
    await expectBoard(seen.page);
    await hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' }).click();
    const address = seen.page.getByText(/^Adresse: /);
    await expect(address).toBeVisible();
    await expectTold(seen, 'sandbox');
    if (policy.includes('popups')) await drawInTab(seen, /In eigenem Tab öffnen/);
    else {
      // The tab is forbidden too. Who copies the address gets there.
      const url = (await address.textContent())?.replace('Adresse: ', '') ?? '';
      await seen.page.goto(url);
      await seen.page.getByRole('button', { name: 'Nummer ziehen: Hauptamt' }).click();
      await expectNumber(seen.page);
      await giveBack(seen.page);
    }
    await farewell(seen);
  });

test('a preview in a sandboxed frame of the CMS', async () => {
  const inner = ground.town.page({});
  const seen = await open({
    body: `<iframe sandbox="allow-scripts" src="${inner}" width="1000" height="800"></iframe>`,
  });
  const board = seen.page.frameLocator('iframe').locator('schalter-board');
  await board.getByRole('button', { name: 'Nummer ziehen' }).click();
  await expect(board.getByText(/^Adresse: /)).toBeVisible();
  await expectTold(seen, 'sandbox');
  await farewell(seen);
});

test('the tab keeps office and language', async () => {
  const seen = await open({ html: 'lang="en"', headers: permissions('camera=()') });
  await hauptamt(seen.page)
    .or(seen.page.getByRole('article').filter({ hasText: 'Main office' }))
    .hover();
  const tab = await openTab(seen, /Draw a number/);
  await expect(tab.getByRole('button', { name: /Main office/ })).toHaveCount(1);
  await expect(tab.getByRole('button', { name: /: / })).toHaveCount(1);
  await farewell(seen);
});
