// What befalls a conversation in its midst: the server is killed, a page sleeps, the line goes dead. Nobody clicks.
import { expect, type Frame, type Locator, type Page, test } from '@playwright/test';
import { type Citizen, type Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { readFlow, watchedCall } from './support/connections.ts';
import { type Mortal, startMortal } from './support/mortal.ts';

const slow = { timeout: 30_000 };
/** make drill-restart: how often each of these happens. */
const times = Number(process.env.TIMES ?? 3);

let program: Mortal;
let town: Launched;
let office: Launched;
let huber: Clerk;
let citizen: Citizen;

test.beforeAll(async () => {
  program = await startMortal();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  ({ huber, citizen } = await watchedCall(program, town.browser, office.browser));
  await clickEnter(citizen.screen);
  await talking();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const pictures = (): Locator[] => [citizen.screen.getByLabel(/^Frau Huber/), huber.page.locator('.tile.citizen video')];

/** Waits until both see and hear new things of each other. */
async function talking(): Promise<void> {
  await Promise.all([
    ...pictures().map(async (picture, i) => {
      await expect(picture).toBeVisible(slow);
      await expectColour(picture, i === 0 ? 'blue' : 'red');
      await moves(picture);
    }),
    ...[citizen.frame, huber.page].map(sounds),
  ]);
}

/** Waits until sound comes in. */
async function sounds(page: Page | Frame): Promise<void> {
  let before = -1;
  await expect(async () => {
    const now = (await page.evaluate(readFlow)).sound;
    const on = before >= 0 && now > before + 2;
    before = now;
    expect(on).toBe(true);
  }).toPass({ ...slow, intervals: [150] });
}

/** Waits until the picture, shown and not covered, has gone on by some frames. */
async function moves(picture: Locator): Promise<void> {
  const frames = () =>
    picture.evaluate((video) =>
      video instanceof HTMLVideoElement && !video.classList.contains('blank')
        ? video.getVideoPlaybackQuality().totalVideoFrames
        : -1,
    );
  let before = -1;
  await expect(async () => {
    const now = await frames();
    const on = before >= 0 && now > before + 2;
    before = Math.max(0, now);
    expect(on).toBe(true);
  }).toPass({ ...slow, intervals: [150] });
}

function report(what: string, took: number[]): void {
  const sorted = [...took].sort((a, b) => a - b);
  console.log(
    `${what}: ${took.length} times, half within ${sorted[sorted.length >> 1]} ms, all within ${sorted.at(-1)} ms`,
  );
}

test('the server is killed and started again: both talk within eight seconds', async () => {
  test.setTimeout(60_000 + times * 40_000);
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const since = Date.now();
    await program.kill();
    await program.start();
    await talking();
    took.push(Date.now() - since);
    expect(took.at(-1), `time ${i + 1}`).toBeLessThanOrEqual(8_000);
  }
  report('killed and started again', took);
});

// A phone in a pocket, a lid that was closed: the page stands still while the world goes on.
test('a page sleeps and wakes: both talk again', async () => {
  const seconds = Number(process.env.SLEEP ?? 12);
  test.setTimeout(120_000 + seconds * 2_000);
  for (const [who, launched] of [
    ['citizen', town],
    ['clerk', office],
  ] as const) {
    const browser = await launched.browser.newBrowserCDPSession();
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    const pages = processInfo.filter((one) => one.type === 'renderer').map((one) => one.id);
    expect(pages.length).toBeGreaterThan(0);
    for (const id of pages) process.kill(id, 'SIGSTOP');
    await new Promise((wake) => setTimeout(wake, seconds * 1_000));
    for (const id of pages) process.kill(id, 'SIGCONT');
    const since = Date.now();
    await talking();
    const took = Date.now() - since;
    console.log(`the ${who} slept ${seconds} s: both talk ${took} ms after waking`);
    expect(took).toBeLessThanOrEqual(8_000);
  }
});
