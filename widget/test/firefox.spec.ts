// The second engine: a citizen in Firefox, a clerk in Chromium.
import { expect, test } from '@playwright/test';
import type { Browser } from 'puppeteer-core';
import { Clerk } from './support/both-sides.ts';
import { colourOf, type Launched, launch } from './support/browser.ts';
import { clickButton, launchFirefox, visitFrame, waitForText } from './support/firefox.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let firefox: Browser;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [firefox, office] = await Promise.all([launchFirefox(), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  await huber.film();
});

test.afterAll(async () => {
  await firefox?.close();
  await office?.close();
  await program?.stop();
});

test('board, number, call and conversation', async () => {
  const page = await firefox.newPage();
  await page.goto(program.town);
  await waitForText(page, 'Niemand wartet');
  await clickButton(page, 'Nummer ziehen');
  const frame = await visitFrame(page);
  await waitForText(frame, 'Sie sind als Nächstes dran.');
  const title = await page.title();
  await huber.move('call');
  await waitForText(frame, 'Sie sind dran – H 001');
  expect(await page.title()).toMatch(/^Sie sind dran – H 001/);
  await clickButton(frame, 'Eintreten');
  await waitForText(frame, 'Verlassen');

  // Picture and sound, both ways.
  const seen = () =>
    frame.evaluate(() => {
      const video = document.querySelector<HTMLVideoElement>('video[aria-label^="Frau Huber"]');
      if (!video?.videoWidth)
        return `no picture: ${document.querySelector('.stage')?.textContent}, ready ${video?.readyState}`;
      const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
      const pen = canvas.getContext('2d');
      pen?.drawImage(video, 0, video.videoHeight * 0.8, video.videoWidth, 8, 0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = pen?.getImageData(0, 0, 1, 1).data ?? [];
      return b > 150 && r < 90 && g < 110 ? 'blue' : `rgb(${r}, ${g}, ${b})`;
    });
  await expect.poll(seen, { timeout: 30_000 }).toBe('blue');
  await expect
    .poll(() => colourOf(huber.page.locator('.tile.citizen video')), { timeout: 30_000 })
    .toMatch(/rgb|red|blue/);
  expect(await page.title()).toBe(title);

  await huber.move('finish');
  await waitForText(frame, 'Vielen Dank für Ihren Besuch');
  await clickButton(frame, 'Zurück zu den Büros');
  await waitForText(page, 'Niemand wartet');
});
