// Einbinden: what is chosen shows in the preview and in the lines, and the lines work.

import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Clerk } from './support/both-sides.ts';
import { shoot } from './support/shots.ts';
import { expectBoard, farewell, type Ground, startGround, visitor } from './support/town.ts';

let ground: Ground;
let page: Page;

test.beforeAll(async () => {
  ground = await startGround();
  ({ page } = await Clerk.signIn(ground.browser.browser, ground.program, 'huber', {
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  }));
  await page.getByRole('link', { name: 'Einbinden' }).click();
  await expect(page.getByRole('heading', { name: 'Einbinden', level: 1 })).toBeVisible();
});
test.afterAll(() => ground?.stop());

const preview = () => page.frameLocator('iframe[title="Vorschau der Tafel"]').locator('schalter-board');

test('the preview is the real board, and follows the choice', async () => {
  await expect(preview().getByRole('article')).toHaveCount(3);
  await expect(preview().getByText('Geöffnet')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Bürgermeisterin' }).uncheck();
  await page.getByLabel('Sprache').selectOption('en');
  await page.getByLabel('Ebene der Überschriften').selectOption('2');
  await expect(preview().getByRole('article')).toHaveCount(2);
  await expect(preview().getByRole('heading', { name: 'Main office', level: 2 })).toBeVisible();
  // It is for looking: the frame of a conversation stays shut, and a tab of its own is offered.
  await preview()
    .getByRole('button', { name: /Draw a number/ })
    .click();
  await expect(preview().getByRole('link', { name: /Open in a tab of its own/ })).toBeVisible();
});

test('the line that is copied draws that board on the town’s page', async () => {
  await page.getByRole('button', { name: 'Kopieren: Zeilen für die Seite' }).click();
  await expect(page.getByText('Kopiert.').first()).toBeVisible();
  const lines = await page.evaluate(() => navigator.clipboard.readText());
  expect(lines).toContain('data-office="hauptamt bauamt" data-lang="en" data-heading="2"');
  const seen = await visitor(ground);
  await seen.page.goto(ground.town.page({ body: lines }));
  await expect(seen.page.locator('schalter-board').getByRole('article')).toHaveCount(2);
  await expect(seen.page.getByRole('heading', { name: 'Building office', level: 2 })).toBeVisible();
  await farewell(seen);
});

test('without a clipboard the text is copied the old way, or selected', async () => {
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }));
  await page.getByRole('button', { name: 'Kopieren: Nur die Adresse' }).click();
  await expect(page.locator('.copy', { hasText: 'Nur die Adresse' }).getByRole('status')).toHaveText(/Kopiert|Strg\+C/);
});

test('the link of one office leads to a page of that office', async () => {
  await page.getByRole('checkbox', { name: 'Bauamt' }).uncheck();
  const address = await page.getByRole('textbox', { name: 'Nur die Adresse' }).inputValue();
  expect(address).toBe(`${ground.program.public}/musterstadt/hauptamt`);
  const seen = await visitor(ground);
  await seen.page.goto(address);
  await expect(seen.page.getByRole('heading', { name: 'Hauptamt – Stadt Musterstadt' })).toBeVisible();
  await expectBoard(seen.page, ['Hauptamt']);
  await expect(seen.page.getByRole('article')).toHaveCount(1);
  expect((await seen.page.goto(`${ground.program.public}/musterstadt/nirgends`))?.status()).toBe(404);
  await farewell(seen);
});

test('is the page in the list, and where is the doctor', async () => {
  const field = page.getByLabel('Adresse Ihrer Seite');
  await field.fill('www.anderswo.test/rathaus');
  await expect(page.getByText('https://www.anderswo.test steht nicht in der Liste.')).toBeVisible();
  await field.fill(`${ground.town.origin}/seite`);
  await expect(page.getByText(`${ground.town.origin} steht in der Liste.`)).toBeVisible();
  const check = page.getByRole('link', { name: /^Prüfung öffnen/ });
  await expect(check).toHaveAttribute('href', `${ground.town.origin}/seite#schalter-check`);
});

test('the headers for Apache are those by which a strict page works', async () => {
  await page.getByLabel('Form').selectOption('apache');
  const line = (name: string) => page.getByRole('textbox', { name }).inputValue();
  const [, csp = ''] = /^Header always set Content-Security-Policy "(.*)"$/.exec(await line('Als ganze Zeile')) ?? [];
  const [, permissions = ''] =
    /^Header always set Permissions-Policy '(.*)'$/.exec(
      await line('Zeile für Kamera, Mikrofon, Bildschirm und großes Fenster'),
    ) ?? [];
  const seen = await visitor(ground);
  const headers = { 'Content-Security-Policy': `default-src 'self'; ${csp}`, 'Permissions-Policy': permissions };
  await seen.page.goto(`${ground.town.page({ headers })}#schalter-check`);
  await expect(seen.page.getByText('Alles in Ordnung.')).toBeVisible({ timeout: 20_000 });
  await farewell(seen);
});

test('posters', async () => {
  for (const name of ['Aushang für alle Büros (PDF)', 'Aushang für Bauamt (PDF)']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    expect(download.suggestedFilename()).toMatch(/^aushang-musterstadt(-bauamt)?\.pdf$/);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  }
});

test('for everybody', async () => {
  test.setTimeout(180_000);
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'embedding');
});

test('a clerk has no such area', async () => {
  const clerk = await Clerk.signIn(ground.browser.browser, ground.program, 'maier');
  await expect(clerk.page.getByRole('link', { name: 'Arbeitsplatz' })).toBeVisible();
  await expect(clerk.page.getByRole('link', { name: 'Einbinden' })).toHaveCount(0);
  for (const path of ['embedding', 'poster.pdf'])
    expect(await clerk.page.evaluate(async (p) => (await fetch(`/api/v1/console/${p}`)).status, path)).toBe(403);
  await clerk.page.context().close();
});
