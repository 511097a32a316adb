// The town's page is hostile ground, last: one whole conversation for each class of page, and for citizens who let sites
// store little or nothing.

import { expect, type FrameLocator, type Page, test } from '@playwright/test';
import { clickEnter } from './support/both-sides.ts';
import { expectColour, launchWith, type Settled } from './support/browser.ts';
import {
  element,
  expectBoard,
  expectNumber,
  farewell,
  frameOf,
  type Ground,
  hauptamt,
  names,
  openTab,
  startGround,
  type TownPage,
  tag,
  type Visitor,
  visitor,
  watch,
} from './support/town.ts';

let ground: Ground;

test.beforeAll(async () => {
  ground = await startGround();
});
test.afterAll(() => ground?.stop());

type Place = FrameLocator | Page;

const csp = (policy: string) => ({ 'Content-Security-Policy': policy });

async function numberIn(place: Place): Promise<string> {
  await expectNumber(place);
  return (
    (await place
      .getByText(/^H \d{3}$/)
      .first()
      .textContent()) ?? ''
  );
}

/** The clerk calls, the citizen enters, they see each other. */
async function meet(place: Place): Promise<void> {
  await ground.clerk.getByRole('button', { name: 'Nächste Person aufrufen' }).click();
  await clickEnter(place);
  await see(place);
}

async function see(place: Place): Promise<void> {
  await expectColour(place.getByLabel(/^Frau Huber/), 'blue');
  await expectColour(ground.clerk.locator('.tile.citizen video'), 'red');
}

/** The clerk ends it. */
async function part(place: Place): Promise<void> {
  await ground.clerk.getByRole('button', { name: 'Gespräch beenden' }).click();
  await ground.clerk.getByRole('dialog').getByRole('button', { name: 'Beenden' }).click();
  await expect(place.getByRole('heading', { name: 'Vielen Dank für Ihren Besuch' })).toBeVisible();
  await expect(ground.clerk.getByRole('button', { name: 'Nächste Person aufrufen' })).toBeVisible();
}

async function drawInFrame(page: Page): Promise<FrameLocator> {
  await hauptamt(page).getByRole('button', { name: 'Nummer ziehen' }).click();
  await expectNumber(frameOf(page));
  return frameOf(page);
}

const nonced = tag.replace('<script', '<script nonce="abc"');

const framed: [name: string, page: TownPage][] = [
  [
    'under a nonce and hostile style',
    {
      headers: csp("script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; style-src 'nonce-abc'"),
      head: '<style nonce="abc">*,*::before{all:unset!important;content:"X"!important}video,iframe,button{display:none!important}</style>',
      body: element + nonced,
    },
  ],
  ['with the status by the relay', { headers: csp("default-src 'self'; script-src S; frame-src S") }],
  [
    'isolated, with credentialless',
    { headers: { 'Cross-Origin-Embedder-Policy': 'credentialless', 'Cross-Origin-Opener-Policy': 'same-origin' } },
  ],
];

for (const [name, page] of framed)
  test(`a conversation in the frame, ${name}`, async () => {
    const seen = await visitor(ground);
    await seen.page.goto(ground.town.page(page));
    const frame = await drawInFrame(seen.page);
    await meet(frame);
    await part(frame);
    await frame.getByRole('button', { name: 'Zurück zu den Büros' }).click();
    await expectBoard(seen.page);
    await farewell(seen);
  });

const inTabs: [name: string, page: TownPage, link: RegExp, insecure?: boolean][] = [
  ['for the CSP forbids the frame', { headers: csp("frame-src 'self'") }, /In eigenem Tab öffnen/],
  [
    'for the page forbids the camera',
    { headers: { 'Permissions-Policy': 'camera=(self)' } },
    /Nummer ziehen|In eigenem Tab/,
  ],
  ['for the page has no https', {}, /Nummer ziehen/, true],
];

for (const [name, page, link, insecure] of inTabs)
  test(`a conversation in a tab of its own, ${name}`, async () => {
    const seen = await visitor(ground);
    const address = ground.town.page(page);
    await seen.page.goto(insecure ? address.replace(ground.town.origin, ground.town.insecure) : address);
    await expectBoard(seen.page);
    const button = hauptamt(seen.page).getByRole('button', { name: 'Nummer ziehen' });
    if (!insecure) await button.click();
    const tab = await openTab(seen, link);
    await tab.getByRole('button', { name: 'Nummer ziehen: Hauptamt' }).click();
    await expectNumber(tab);
    await meet(tab);
    await part(tab);
    await farewell(seen);
  });

test('leaving a conversation asks first; staying keeps it, and coming back returns to it', async () => {
  const seen = await visitor(ground);
  const here = ground.town.page({});
  const elsewhere = ground.town.page({ body: '<h1>Kontakt</h1>' });
  await seen.page.goto(here);
  const frame = await drawInFrame(seen.page);
  await meet(frame);

  const asked: string[] = [];
  seen.page.once('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.dismiss();
  });
  await seen.page.evaluate((url) => location.assign(url), elsewhere);
  await expect.poll(() => asked).toEqual(['beforeunload']);
  await see(frame);

  seen.page.once('dialog', (dialog) => void dialog.accept());
  await seen.page.evaluate((url) => location.assign(url), elsewhere);
  await expect(seen.page.getByRole('heading', { name: 'Kontakt' })).toBeVisible();
  await expect(ground.clerk.getByText('Die Verbindung zur anderen Seite ist unterbrochen.')).toBeVisible({
    timeout: 20_000,
  });
  await seen.page.evaluate(() => history.back());
  await see(frame);
  await part(frame);
  // Through: nobody asks any more.
  await seen.page.goto(elsewhere);
  await farewell(seen);
});

test("'Im eigenen Fenster warten' takes the number along; the town's page says where it is", async () => {
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page({}));
  const frame = await drawInFrame(seen.page);
  const number = await numberIn(frame);
  await frame.getByRole('button', { name: 'Im eigenen Fenster warten' }).click();
  const opened = seen.context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Eigenes Fenster jetzt öffnen' }).click();
  const own = await opened;
  expect(await numberIn(own)).toBe(number);
  expect(new URL(own.url()).hash).toBe('');
  await expect(frame.getByRole('heading', { name: 'Läuft jetzt in einem anderen Fenster' })).toBeVisible();
  await meet(own);
  await part(own);
  await own.close();
  await farewell(seen);
});

// What citizens forbid their browsers.

const yes = '--use-fake-ui-for-media-stream';

async function settled(settings: object, prompts = [yes]): Promise<[Visitor, Settled]> {
  const browser = await launchWith({ profile: settings }, 'red', [...prompts, names]);
  return [await watch(ground, browser.context), browser];
}

test('cookies of third parties are blocked: the number survives a reload', async () => {
  const [seen, browser] = await settled({ cookie_controls_mode: 1, block_third_party_cookies: true });
  await seen.page.goto(ground.town.page({}));
  const number = await numberIn(await drawInFrame(seen.page));
  await seen.page.reload();
  expect(await numberIn(frameOf(seen.page))).toBe(number);
  await meet(frameOf(seen.page));
  await part(frameOf(seen.page));
  expect(seen.told).toEqual([]);
  await farewell(seen);
  await browser.close();
});

test('all cookies of ours are refused: a one-time code carries the number over each reload', async () => {
  const refused = { [`${ground.program.public},*`]: { setting: 2 } };
  const [seen, browser] = await settled({ content_settings: { exceptions: { cookies: refused } } });
  await seen.page.goto(ground.town.page({}));
  const number = await numberIn(await drawInFrame(seen.page));
  expect(await seen.context.cookies()).toEqual([]);
  const code = () => seen.page.evaluate(() => JSON.parse(localStorage.getItem('schalter:musterstadt') ?? '{}').resume);
  const codes = [await code()];
  for (let i = 0; i < 2; i++) {
    await seen.page.reload();
    expect(await numberIn(frameOf(seen.page))).toBe(number);
    await expect.poll(code).not.toBe(codes.at(-1));
    codes.push(await code());
  }
  expect(new Set(codes).size, 'each code is good once').toBe(3);
  await meet(frameOf(seen.page));
  seen.page.once('dialog', (dialog) => void dialog.accept());
  await seen.page.reload();
  await see(frameOf(seen.page));
  await part(frameOf(seen.page));
  await expect.poll(code).toBe(undefined);
  await farewell(seen);
  await browser.close();
});

test('nothing may be stored at all: the conversation works, and the editor learns the limit', async () => {
  const [seen, browser] = await settled({ default_content_setting_values: { cookies: 2 } });
  await seen.page.goto(ground.town.page({}));
  const frame = await drawInFrame(seen.page);
  const number = await numberIn(frame);
  await expect
    .poll(() => seen.told)
    .toEqual(['Der Browser speichert nichts: nach Neuladen bitte den persönlichen Link nehmen.']);
  // The personal link works here, too.
  await frame.getByRole('button', { name: 'Im eigenen Fenster warten' }).click();
  const opened = seen.context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Eigenes Fenster jetzt öffnen' }).click();
  const own = await opened;
  expect(await numberIn(own)).toBe(number);
  await meet(own);
  await part(own);
  await farewell(seen);
  await browser.close();
});

test('camera and microphone are refused: the citizen learns what to do, and talks without', async () => {
  const [seen, browser] = await settled(
    { default_content_setting_values: { media_stream_camera: 2, media_stream_mic: 2 } },
    [],
  );
  await seen.page.goto(ground.town.page({}));
  const frame = await drawInFrame(seen.page);
  await ground.clerk.getByRole('button', { name: 'Nächste Person aufrufen' }).click();
  await clickEnter(frame);
  await expectColour(frame.getByLabel(/^Frau Huber/), 'blue');
  await expect(frame.getByText('Die Kamera ist gesperrt.').first()).toBeVisible();
  await expect.poll(() => seen.told).toEqual(['Kamera wurde abgelehnt oder gesperrt.']);
  await part(frame);
  await farewell(seen);
  await browser.close();
});
