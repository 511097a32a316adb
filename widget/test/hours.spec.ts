// Holidays, closures and extra openings, as a clerk sets them and a town's page shows them.
import { expect, type Page, test } from '@playwright/test';
import type { Settings } from '../src/protocol.gen.ts';
import { examine } from './support/access.ts';
import { api, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let admin: Page;

test.beforeAll(async () => {
  program = await startProgram();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  const huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  admin = huber.page;
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const settings = () => api<Settings>(admin, 'GET', '/api/v1/console/settings');

test('a closed day has a name and a next opening; an extra opening holds against it', async () => {
  const page = await (await town.browser.newContext({ locale: 'de-DE' })).newPage();
  await page.goto(program.town);
  const card = page.locator('schalter-board').getByRole('article').filter({ hasText: 'Hauptamt' });
  await expect(card.getByRole('button', { name: 'Nummer ziehen' })).toBeVisible();
  await expect(card).toContainText('Heute rund um die Uhr');

  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(new Date());
  const before = await settings();
  await api(admin, 'PUT', '/api/v1/console/settings/authority', {
    revision: before.revision,
    calendar: {
      ...before.calendar,
      closures: [{ from: day, to: day, name: { de: 'Betriebsausflug', en: 'Works outing' } }],
    },
  });
  await expect(card).toContainText('Heute geschlossen: Betriebsausflug', { timeout: 20_000 }); // the next poll
  await expect(card).toContainText('Öffnet morgen um 00:00 Uhr');
  await expect(card.getByRole('button', { name: 'Nummer ziehen' })).toHaveCount(0);
  await card.getByText('Heute keine Sprechzeit').click();
  await expect(card.locator('dd').first()).toHaveText('geschlossen: Betriebsausflug');
  await expect(card.locator('dd').nth(1)).toHaveText('rund um die Uhr');
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'board-holiday');

  const now = await settings();
  const bureau = now.offices.find((o) => o.profile.slug === 'hauptamt');
  if (!bureau) throw new Error('no Hauptamt');
  await api(admin, 'PUT', `/api/v1/console/settings/offices/${bureau.id}/hours`, {
    revision: now.revision,
    hours: { ...bureau.hours, openings: [{ day, from: '00:00', to: '24:00' }] },
  });
  await expect(card.getByRole('button', { name: 'Nummer ziehen' })).toBeVisible({ timeout: 20_000 });
  await expect(card).toContainText('Heute rund um die Uhr');
  await expect(page.locator('schalter-board').getByRole('article').filter({ hasText: 'Bauamt' })).toContainText(
    'Heute geschlossen: Betriebsausflug',
  );
});
