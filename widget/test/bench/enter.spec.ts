// From the citizen's click to the first picture of the other side, on both sides.
import { type Browser, expect, type Frame, type Page, test } from '@playwright/test';
import { launch } from '../support/browser.ts';
import { type Program, startProgram } from '../support/program.ts';
import { gzipSize, kilobytes, median, report, watchMachine } from './table.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);

let program: Program;

test.beforeAll(async () => {
  program = await startProgram();
});
test.afterAll(async () => program?.stop());

/** Runs in every document before all else: notes when each video element last began to show frames after `armed`. */
function watchPictures(): void {
  const bench = { armed: Number.POSITIVE_INFINITY, first: new Map<HTMLVideoElement, number>() };
  Object.assign(window, { bench });
  const wall = () => performance.timeOrigin + performance.now();
  const known = new WeakSet<HTMLVideoElement>();
  const follow = (video: HTMLVideoElement) => {
    if (known.has(video)) return;
    known.add(video);
    const next = () => {
      if (wall() >= bench.armed && !bench.first.has(video)) bench.first.set(video, wall());
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) follow(video);
  }).observe(document, { childList: true, subtree: true });
}

interface Bench {
  armed: number;
  first: Map<HTMLVideoElement, number>;
}

const arm = (where: Page | Frame) =>
  where.evaluate(() => {
    const bench = (window as unknown as { bench: Bench }).bench;
    bench.armed = performance.timeOrigin + performance.now();
    bench.first.clear();
  });

/** When the first frame came on the video that the selector means, by the machine's clock. */
async function firstFrame(where: Page | Frame, selector: string): Promise<number> {
  const found = await where.waitForFunction((s) => {
    const bench = (window as unknown as { bench: Bench }).bench;
    for (const [video, at] of bench.first) if (video.isConnected && video.matches(s)) return at;
    return undefined;
  }, selector);
  return Number(await found.jsonValue());
}

test('entering', async () => {
  const town = await launch('red');
  const office = await launch('blue');
  try {
    await measure(town.browser, office.browser);
  } finally {
    await town.close();
    await office.close();
  }
});

async function measure(town: Browser, office: Browser): Promise<void> {
  const citizens = await town.newContext({ locale: 'de-DE' });
  const clerks = await office.newContext({ locale: 'de-DE' });
  await citizens.addInitScript(watchPictures);
  await clerks.addInitScript(watchPictures);
  const citizen = await citizens.newPage();
  const clerk = await clerks.newPage();
  const huber = program.clerks.find((c) => c.mail.startsWith('huber'));
  if (!huber) throw new Error('no clerk');

  // What the citizen's app loads: all that our frame asks for, the API aside.
  const loaded = new Set<string>();
  citizen.on('request', (r) => {
    const url = new URL(r.url());
    const mine = r.isNavigationRequest() ? r.frame().parentFrame() !== null : r.frame() !== citizen.mainFrame();
    if (url.origin === program.public && mine && !url.pathname.startsWith('/api/')) loaded.add(r.url());
  });

  await clerk.goto(program.console);
  await clerk.getByLabel('E-Mail-Adresse').fill(huber.mail);
  await clerk.getByLabel('Passwort', { exact: true }).fill(huber.password);
  await clerk.getByRole('button', { name: 'Anmelden' }).click();
  await clerk.getByRole('button', { name: 'Öffnen: Hauptamt' }).click();
  await citizen.goto(program.town);
  const counter = citizen.locator('schalter-board').getByRole('article').filter({ hasText: 'Hauptamt' });

  const toCitizen: number[] = [];
  const toClerk: number[] = [];
  const steps = new Map<string, number[]>();
  const load = watchMachine();
  for (let round = 0; round < ROUNDS; round++) {
    await counter.getByRole('button', { name: 'Nummer ziehen' }).click({ timeout: 30_000 });
    const content = citizen.frameLocator('schalter-board iframe:visible');
    await expect(content.getByText('Sie sind als Nächstes dran.').first()).toBeVisible();
    const handle = await citizen.locator('schalter-board iframe:visible').elementHandle();
    const frame = await handle?.contentFrame();
    if (!frame) throw new Error('no frame');
    await clerk.getByRole('button', { name: 'Nächste Person aufrufen' }).click();
    const enter = content.getByRole('button', { name: 'Eintreten', exact: true });
    await expect(enter).toBeEnabled();
    await citizen.waitForTimeout(1000); // the clerk's side has joined the room
    await arm(clerk);
    const clicked = await enter.evaluate((button: HTMLElement) => {
      const bench = (window as unknown as { bench: Bench }).bench;
      performance.clearMarks();
      bench.first.clear();
      bench.armed = performance.timeOrigin + performance.now();
      button.click();
      return bench.armed;
    });
    toCitizen.push((await firstFrame(frame, '[aria-label^="Frau Huber"]')) - clicked);
    toClerk.push((await firstFrame(clerk, '.tile.citizen video')) - clicked);
    const marks = await frame.evaluate(() =>
      performance.getEntriesByType('mark').map((m) => ({ name: m.name, at: m.startTime + performance.timeOrigin })),
    );
    for (const { name, at } of marks) {
      const of = steps.get(name) ?? [];
      steps.set(name, of);
      of.push(at - clicked);
    }
    if (round === 0) {
      const sizes = await Promise.all([...loaded].map(gzipSize));
      const total = sizes.reduce((a, b) => a + b, 0);
      report({
        what: "citizen's app until the conversation stands",
        reach: '<= 60 KB gzip',
        got: `${kilobytes(total)}, ${loaded.size} files`,
        reached: total <= 60 * 1024,
        notes: [[...loaded].map((url, i) => `${new URL(url).pathname} ${sizes[i]} B`).join(', ')],
      });
    }
    await clerk.getByRole('button', { name: 'Gespräch beenden' }).click();
    await clerk.getByRole('dialog').getByRole('button', { name: 'Beenden' }).click();
    await content.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  }
  const line = (of: number[]) =>
    `${Math.round(median(of))} ms (${Math.round(Math.min(...of))} to ${Math.round(Math.max(...of))})`;
  const slower = Math.max(median(toCitizen), median(toClerk));
  report({
    what: '"Eintreten" to the first picture, both sides',
    reach: `median of ${ROUNDS} <= 500 ms`,
    got: `${Math.round(median(toCitizen))} ms citizen, ${Math.round(median(toClerk))} ms clerk`,
    reached: slower <= 500,
    notes: [
      `first decoded frame at the citizen ${line(toCitizen)}, at the clerk ${line(toClerk)}; devices opened by the click; ` +
        `medians of the steps: ${[...steps].map(([name, of]) => `${name} ${Math.round(median(of))} ms`).join(', ')}; ${load()}`,
    ],
  });
}
