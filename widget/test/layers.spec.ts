// What of a picture is sent follows what is shown of it: a small tile costs neither side a large picture.
import { expect, type Page, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { watch } from './support/connections.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

const slow = { timeout: 30_000 };

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await watch(huber.page.context());
  await huber.page.reload();
  await huber.open();
  await huber.film();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test('what nobody sees large is not sent large, until it is', async () => {
  const citizen = await Citizen.visit(town.browser, program.town, { viewport: { width: 1920, height: 1080 } });
  citizen.page.on('dialog', (dialog) => void dialog.accept());
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible(slow);

  // Of a camera of 640x360 there are two layers.
  await citizen.page.setViewportSize({ width: 320, height: 480 });
  await expect(() => sends(huber.page, { q: true, h: false })).toPass(slow);
  await citizen.page.setViewportSize({ width: 1920, height: 1080 });
  await expect(() => sends(huber.page, { q: true, h: true })).toPass(slow);
  await citizen.close();
});

/** Checks which layers the page's camera sends. */
async function sends(page: Page, expected: Record<string, boolean>): Promise<void> {
  const active = await page.evaluate(() => {
    const senders = (window.connections ?? [])
      .filter((pc) => pc.connectionState === 'connected')
      .flatMap((pc) => pc.getSenders());
    const layered = senders.map((s) => s.getParameters().encodings).find((e) => e.length === 3) ?? [];
    return Object.fromEntries(layered.map((e) => [e.rid, e.active]));
  });
  expect(active).toMatchObject(expected);
}
