// Parts that are fetched when they are wanted, while nobody is there to give them, or nobody has them any more. Firefox never
// asks again for a module that did not come (before 155); that Chromium does is in waiting.spec.ts.
import { expect, test } from '@playwright/test';
import type { Browser } from 'puppeteer-core';
import { Citizen, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { clickButton, launchFirefox, visitFrame, waitForText } from './support/firefox.ts';
import { type Mortal, startMortal } from './support/mortal.ts';

let program: Mortal;
let firefox: Browser;
let office: Launched;

test.beforeAll(async () => {
  [program, firefox, office] = await Promise.all([startMortal(), launchFirefox(), launch('blue')]);
  await (await Clerk.signIn(office.browser, program)).open();
});

test.afterAll(async () => {
  await firefox?.close();
  await office?.close();
  await program?.stop();
});

test('a part that did not come in Firefox comes when it is asked for again', async () => {
  const page = await firefox.newPage();
  await page.goto(program.town);
  await waitForText(page, 'Niemand wartet');
  await clickButton(page, 'Nummer ziehen');
  const frame = await visitFrame(page);
  await waitForText(frame, 'Sie sind als Nächstes dran.');
  await program.kill();
  await frame.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
  await waitForText(frame, 'Dieser Teil konnte nicht geladen werden', 40_000);
  await clickButton(frame, 'Noch einmal laden'); // too early
  await waitForText(frame, 'Dieser Teil konnte nicht geladen werden', 40_000);
  await program.start();
  await clickButton(frame, 'Noch einmal laden');
  await waitForText(frame, 'Als Datei herunterladen');
});

test('a part of a program that the server has replaced: asked for again, the page comes anew, with the ticket', async () => {
  const citizen = await Citizen.visit(office.browser, program.town);
  const { number } = await citizen.draw();
  const parts = '**/assets/citizen-chunk-*.js';
  await citizen.page.route(parts, (route) => route.fulfill({ status: 404 }));
  await citizen.screen.getByText('Meine Daten').press('Enter');
  const again = citizen.screen.getByRole('button', { name: 'Noch einmal laden' });
  await expect(again).toBeVisible();
  citizen.page.on('framenavigated', () => citizen.page.unroute(parts)); // the new page has new names
  await again.press('Enter');
  await expect(again).toHaveCount(0);
  await expect(citizen.screen.getByText(number, { exact: true })).toBeVisible();
  await citizen.screen.getByText('Meine Daten').press('Enter');
  await expect(citizen.screen.getByRole('button', { name: 'Als Datei herunterladen' })).toBeVisible();
  await citizen.close();
});

test('texts that do not come at first are waited for, on the citizen’s page and on a guest’s', async () => {
  for (const path of ['/v/musterstadt', '/g/']) {
    const page = await (await office.browser.newContext({ locale: 'de-DE' })).newPage();
    let refused = 0;
    await page.route('**/assets/*-chunk-*.js', (route) => {
      if (route.request().resourceType() !== 'fetch') return route.continue();
      refused++;
      return route.abort();
    });
    await page.goto(program.public + path);
    await expect.poll(() => refused).toBeGreaterThan(0);
    await page.unrouteAll();
    await expect(page.getByRole('heading').first()).toBeVisible();
    await page.context().close();
  }
});
