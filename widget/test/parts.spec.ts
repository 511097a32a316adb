// Parts that are fetched when they are wanted, while nobody is there to give them: in Firefox, which never asks again for a
// module that did not come (before 155). Chromium is in waiting.spec.ts.
import { test } from '@playwright/test';
import type { Browser } from 'puppeteer-core';
import { Clerk } from './support/both-sides.ts';
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
