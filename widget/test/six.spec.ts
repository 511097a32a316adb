// As many people as a visit takes, each a real browser page with a camera: everybody sees everybody move, and nobody is cut
// off or covered.
import { expect, type Frame, type Page, test } from '@playwright/test';
import { settled } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { coverOf, faultsOf } from './support/scene.ts';
import { shoot } from './support/shots.ts';

const slow = { timeout: 60_000 };
const names = ['Herr Yılmaz', 'Frau Dr. Oberhuber-Wallenstein', 'Begleitung', 'Frau Nguyen'];
let program: Program;
let browsers: Launched[] = [];

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  browsers = await Promise.all([launch('red'), launch('blue'), launch('green')]);
});

test.afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await program?.stop();
});

/** For each of the others how many frames of them this page has shown; nothing for a picture that is not shown. */
function framesOf(page: Page | Frame): Promise<number[]> {
  return page
    .locator('.scene > .tile:not(.self) video:not(.blank)')
    .evaluateAll((videos) =>
      videos.map((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames),
    );
}

/** Waits until five pictures are there, and until each has gone on. */
async function seesFiveMove(page: Page | Frame): Promise<void> {
  await expect.poll(async () => (await framesOf(page)).length, slow).toBe(5);
  const before = await framesOf(page);
  await expect(async () => {
    const now = await framesOf(page);
    expect(now.filter((frames, i) => frames > (before[i] ?? 0) + 3).length).toBe(5);
  }).toPass(slow);
}

test('six people: each sees five others move, nobody is cut off or covered', async () => {
  const [town, office, elsewhere] = browsers;
  if (!town || !office || !elsewhere) throw new Error('no browsers');
  const still = { reducedMotion: 'reduce' } as const;
  const huber = await Clerk.signIn(office.browser, program, 'huber', still);
  await huber.open();
  await huber.film();
  const citizen = await Citizen.visit(town.browser, program.town, still);
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect(huber.page.locator('.tile.citizen video:not(.blank)')).toBeVisible(slow);

  const guests: Page[] = [];
  for (const name of names) {
    const { url } = await huber.invite(name);
    const page = await (await elsewhere.browser.newContext({ locale: 'de-DE', ...still })).newPage();
    await page.goto(url);
    await page.getByRole('button', { name: 'Ich bin bereit' }).click();
    // By a key: the page grows just then, and a pointer would miss.
    await citizen.screen.getByRole('button', { name: `Zustimmen: ${name} dazuholen` }).press('Enter', slow);
    await expect(page.locator('.tile.citizen video:not(.blank)')).toBeVisible(slow);
    guests.push(page);
  }

  const pages = [citizen.frame, huber.page, ...guests];
  for (const page of pages) await seesFiveMove(page);

  const [first, last] = [guests[0], guests.at(-1)];
  if (!first || !last) throw new Error('no guests');
  for (const [who, page, frame] of [
    ['citizen', citizen.page, citizen.frame],
    ['clerk', huber.page, huber.page],
    ['guest', first, first],
  ] as const) {
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
      await settled(page);
      const faults = await frame.locator('.scene').evaluate(faultsOf);
      const tiles = await frame.locator('.scene > .tile').all();
      expect(tiles.length).toBe(6);
      for (const tile of tiles) faults.push(...(await tile.evaluate(coverOf)));
      expect([who, width, faults]).toEqual([who, width, []]);
    }
    await shoot(page, `six-${who}`);
  }
  for (const page of pages) await seesFiveMove(page);

  // A seventh is one too many, and who goes is gone for all.
  await expect(huber.invite('Eine zu viel')).rejects.toThrow(/409/);
  await last.getByRole('button', { name: 'Verlassen' }).click();
  for (const page of pages.slice(0, -1)) await expect(page.locator('.scene > .tile')).toHaveCount(5);
});
