// The examples, one folder for each way to embed: with the editor's rights the board stands and opens a conversation in
// the page; without them what the CMS leaves still leads to the office.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { root } from './support/program.ts';
import {
  drawHere,
  expectBoard,
  expectNumber,
  farewell,
  type Ground,
  giveBack,
  startGround,
  type Visitor,
  visitor,
} from './support/town.ts';

let ground: Ground;
let base = '';

test.beforeAll(async () => {
  ground = await startGround();
  base = ground.program.town.replace(/plain-html\/$/, '');
});
test.afterAll(() => ground?.stop());

async function open(path: string): Promise<Visitor> {
  const seen = await visitor(ground);
  await seen.page.goto(base + path);
  return seen;
}

async function farewellIn(seen: Visitor): Promise<void> {
  seen.strangers = seen.strangers.filter((url) => !url.startsWith(base)); // the demo's own town
  await farewell(seen);
}

/** The link that is left leads to our page, where all works. */
async function expectLink(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: 'Virtuelles Bürgerbüro öffnen' })
    .evaluate((link) => link.removeAttribute('target'));
  await page.getByRole('link', { name: 'Virtuelles Bürgerbüro öffnen' }).click();
  await expect(page).toHaveURL(`${ground.program.public}/musterstadt`);
  await expectBoard(page);
  await drawHere(page);
}

const systems = ['wordpress', 'typo3', 'joomla', 'drupal'];

for (const system of [...systems, 'plain-html'])
  test(`${system}: the board, and a number in the page`, async () => {
    const seen = await open(`${system}/`);
    await expectBoard(seen.page);
    await drawHere(seen.page);
    await farewellIn(seen);
  });

for (const system of systems)
  test(`${system}: narrow, nothing sticks out`, async () => {
    const seen = await open(`${system}/`);
    await seen.page.setViewportSize({ width: 360, height: 740 });
    await expectBoard(seen.page);
    expect(await seen.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await farewellIn(seen);
  });

for (const system of systems)
  test(`${system}: an editor without the right, and the link remains`, async () => {
    const seen = await open(`${system}/ohne-rechte.html`);
    await expect(seen.page.locator('script')).toHaveCount(0);
    await expectLink(seen.page);
    await farewellIn(seen);
  });

for (const system of systems)
  test(`${system}: the doctor is content`, async () => {
    const seen = await open(`${system}/#schalter-check`);
    await expect(seen.page.getByText('Alles in Ordnung.')).toBeVisible({ timeout: 20_000 });
    await farewellIn(seen);
  });

test('typo3: its own policy with csp.yaml applied, and without', async () => {
  // What TYPO3 sends by itself to a site's visitors, and what the mutations of the README make of it.
  const own =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'";
  const S = ground.program.public;
  const mended = `${own.replace("script-src 'self'", `script-src 'self' ${S}`)}; frame-src 'self' ${S}; connect-src 'self' ${S}`;
  const html = readFileSync(join(root, 'examples/typo3/index.html'), 'utf8').replaceAll('https://HOST', S);
  const [, body] = /<body[^>]*>(.*)<\/body>/s.exec(html) ?? [];
  const served = async (policy: string) => {
    const seen = await visitor(ground);
    await seen.page.goto(ground.town.page({ headers: { 'Content-Security-Policy': policy }, body }));
    return seen;
  };
  const good = await served(mended);
  await expectBoard(good.page);
  await drawHere(good.page);
  await farewellIn(good);
  const bad = await served(own);
  await expectLink(bad.page);
  await farewellIn(bad);
});

test('iframe-only: our frame alone', async () => {
  const seen = await open('iframe-only/');
  const frame = seen.page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Nummer ziehen: Hauptamt' }).click();
  await expectNumber(frame);
  await giveBack(seen.page);
  await farewellIn(seen);
});

test('link-only', async () => {
  const seen = await open('link-only/');
  await expectLink(seen.page);
  await farewellIn(seen);
});
