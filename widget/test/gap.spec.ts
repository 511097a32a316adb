// The device is in another network: its old connections are dead, nobody says so, and new ones go through.
import { expect, type Frame, type Page, test } from '@playwright/test';
import { type Citizen, type Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { readFlow, watchedCall } from './support/connections.ts';
import { openPassage, type Passage } from './support/passage.ts';
import { freePort, type Program, startProgram } from './support/program.ts';

const slow = { timeout: 30_000 };
const times = Number(process.env.TIMES ?? 2);

let program: Program;
let passage: Passage;
let town: Launched;
let office: Launched;
let huber: Clerk;
let citizen: Citizen;

test.beforeAll(async () => {
  const relay = await freePort();
  passage = await openPassage(relay);
  program = await startProgram([
    ...['--unlimited', '--turn-only', `--turn-listen=127.0.0.1:${relay}`],
    `--turn-url=turn:127.0.0.1:${passage.port}?transport=tcp`,
  ]);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  ({ huber, citizen } = await watchedCall(program, town.browser, office.browser));
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible(slow);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
  await passage?.close();
});

/** The longest time in which no sound came in, from now on until some comes again after `quiet` ms of none. */
function gap(page: Page | Frame, quiet = 400): Promise<number> {
  return page.evaluate(
    async ([read, quiet]) => {
      const readFlow = new Function(`return (${read})()`) as () => Promise<{ sound: number }>;
      let { sound } = await readFlow();
      let last = performance.now();
      const until = last + 20_000;
      while (performance.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        const now = (await readFlow()).sound;
        if (now === sound) continue;
        sound = now;
        const silence = performance.now() - last;
        last = performance.now();
        if (silence > quiet) return Math.round(silence);
      }
      throw new Error('no gap, or no end of it');
    },
    [readFlow.toString(), quiet] as const,
  );
}

test('connections die without a word: at most three seconds are missing', async () => {
  test.setTimeout(60_000 + times * 30_000);
  let rejoins = 0;
  for (let i = 0; i < times; i++) {
    // A participant's fourth relay has to wait until one of the dead ones counts as idle.
    if (i > 1) await new Promise((idle) => setTimeout(idle, 6_000));
    // Whom the line has served for two seconds.
    for (const page of [citizen.frame, huber.page])
      await expect.poll(async () => (await page.evaluate(readFlow)).sound, slow).toBeGreaterThan(100);
    const connections = () =>
      [citizen.frame, huber.page].map((page) => page.evaluate(() => window.connections?.length));
    const before = Promise.all(connections());
    const gaps = [gap(citizen.frame), gap(huber.page)];
    passage.deafen();
    const told = await Promise.all(gaps);
    console.log(`without a word: ${told.join(' and ')} ms of sound are missing`);
    for (const ms of told) expect(ms).toBeLessThanOrEqual(3_000);
    await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
    await expectColour(huber.page.locator('.tile.citizen video'), 'red');
    const after = await Promise.all(connections());
    for (const [side, count] of (await before).entries()) if (after[side] !== count) rejoins++;
  }
  // Mostly the same connections found another way: nobody had to join again.
  console.log(`${2 * times - rejoins} of ${2 * times} without joining again`);
  expect(rejoins).toBeLessThan(times);
});
