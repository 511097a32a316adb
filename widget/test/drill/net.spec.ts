// A conversation over lines as people have them: lossy, late, narrow, cut, and changing in the midst of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from '../support/both-sides.ts';
import { keepConnections } from '../support/connections.ts';
import { addressesIn, end, freePort, type Program, runDemo } from '../support/program.ts';
import { writeSigner } from './film.ts';
import { type Line, openLine } from './line.ts';
import { beginToWatch, type Heard, heard, type Seen, seen } from './watch.ts';

const dir = mkdtempSync(join(tmpdir(), 'schalter-drill-'));
let line: Line;
let stop: () => Promise<void>;
let browsers: Browser[] = [];
let huber: Clerk;
let citizen: Citizen;

test.beforeAll(async () => {
  test.skip(process.getuid?.() !== 0, 'network namespaces want root');
  const [port, media] = await Promise.all([freePort(), freePort()]);
  line = await openLine([port], dir);
  const { child, said } = await runDemo(
    [
      `--listen=0.0.0.0:${port}`,
      `--public-url=http://localhost:${port}`,
      `--console-url=http://console.localhost:${port}`,
      '--town-listen=127.0.0.1:0',
      `--media-listen=0.0.0.0:${media}`,
      '--media-address=10.77.0.1',
      '--metrics-listen=127.0.0.1:0',
      `--database=${join(dir, 'schalter.db')}`,
      '--unlimited',
    ],
    () => undefined,
  );
  stop = () => end(child, 'SIGTERM');
  const program: Program = { ...addressesIn(said, port), log: () => '', stop };
  const film = join(dir, 'signer.y4m');
  writeSigner(film);
  const launch = (executablePath: string) =>
    chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-video-capture=${film}`,
      ],
    });
  browsers = await Promise.all([launch(line.chromium), launch('/usr/bin/chromium')]);
  const [home, office] = browsers as [Browser, Browser];
  huber = await Clerk.signIn(office, program);
  await huber.page.addInitScript(keepConnections);
  await huber.page.reload();
  await huber.open();
  await huber.button('Kamera und Mikrofon einschalten').click();
  const context = await home.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.addInitScript(keepConnections);
  citizen = await Citizen.on(page, `${program.public}/musterstadt/hauptamt`);
  await citizen.draw();
  await huber.button('Nächste Person aufrufen').click();
  await clickEnter(citizen.screen);
  await flowing();
});

test.afterEach(async () => {
  await line.order('both heal');
});

test.afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await stop?.();
  await line?.end();
  rmSync(dir, { recursive: true, force: true });
});

const both = () => [citizen.page, huber.page] as const;
const names = ['citizen', 'clerk'] as const;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until both hear and see each other; returns the milliseconds it took. */
async function flowing(within = 30_000): Promise<number> {
  const since = performance.now();
  await Promise.all(
    both().map(async (page) => {
      let before = await heard(page).catch(() => undefined);
      await expect(async () => {
        const now = await heard(page);
        const flows = before !== undefined && now.frames > before.frames && now.soundBytes > before.soundBytes;
        before = now;
        expect(flows).toBe(true);
      }).toPass({ timeout: within, intervals: [100] });
    }),
  );
  return Math.round(performance.now() - since);
}

interface Told extends Seen {
  name: string;
  concealed: number;
  fps: number;
  kbit: number;
  width: number;
  way: string;
}

/** What each side hears and sees within so many seconds. */
async function watched(what: string, seconds: number): Promise<[Told, Told]> {
  const before = await Promise.all(both().map(heard));
  await Promise.all(both().map(beginToWatch));
  await pause(seconds * 1000);
  const told = await Promise.all(
    both().map(async (page: Page, i): Promise<Told> => {
      const [now, view] = [await heard(page), await seen(page)];
      const then = before[i] as Heard;
      const span = (now.at - then.at) / 1000;
      return {
        ...view,
        name: names[i] ?? '',
        concealed: (now.concealed - then.concealed) / Math.max(1, now.samples - then.samples),
        fps: view.frames / (view.span / 1000),
        kbit: ((now.bytes - then.bytes) * 8) / 1000 / span,
        width: now.width,
        way: now.way,
      };
    }),
  );
  for (const t of told) {
    console.log(
      `${what}, ${t.name}: ${(t.concealed * 100).toFixed(1)} % of the sound concealed, ${t.fps.toFixed(1)} frames a second of width ${t.width}, longest freeze ${Math.round(t.longest)} ms, ${Math.round(t.kbit)} kbit/s in, ${t.way}`,
    );
  }
  return told as [Told, Told];
}

test('a good line', async () => {
  for (const told of await watched('good line', 10)) {
    expect(told.concealed).toBeLessThan(0.02);
    expect(told.fps).toBeGreaterThan(20);
  }
});

for (const percent of [5, 10, 20]) {
  test(`${percent} % loss`, async () => {
    await line.order(`both loss ${percent / 100}`);
    await pause(8_000); // both ends notice
    for (const told of await watched(`${percent} % loss`, 25)) {
      expect(told.concealed, 'share of sound concealed').toBeLessThan(0.05);
      if (percent === 5) expect(told.longest, 'longest freeze, ms').toBeLessThan(2_000);
    }
  });
}

test('300 ms each way', async () => {
  await line.order('both delay 300 20');
  await pause(8_000);
  for (const told of await watched('300 ms each way', 20)) {
    expect(told.concealed).toBeLessThan(0.05);
    expect(told.longest).toBeLessThan(2_000);
  }
});

for (const way of ['down', 'up'] as const) {
  test(`300 kbit/s ${way}`, async () => {
    await line.order(`${way} rate 300`);
    await pause(20_000); // to find out what passes
    const told = await watched(`300 kbit/s ${way}`, 20);
    const narrow = told[way === 'down' ? 0 : 1];
    expect(narrow.fps, 'frames a second through the narrow side').toBeGreaterThanOrEqual(20);
    expect(narrow.concealed).toBeLessThan(0.05);
  });
}

test('another address: from one network into another', async () => {
  await line.order('address 10.77.0.7');
  const gap = await flowing(20_000);
  console.log(`another address: both hear and see each other after ${gap} ms`);
  await citizen.screen.getByText('Einen Moment').waitFor({ state: 'hidden' });
  expect(gap).toBeLessThanOrEqual(3_000);
});

test('nothing passes for 10 s', async () => {
  await line.order('both cut');
  await pause(10_000);
  await line.order('both heal');
  const gap = await flowing();
  console.log(`10 s of nothing: both hear and see each other ${gap} ms after it`);
  expect(gap).toBeLessThanOrEqual(8_000);
});

for (const way of ['up', 'down'] as const) {
  test(`nothing passes ${way} for 10 s`, async () => {
    await line.order(`${way} cut`);
    await pause(10_000);
    await line.order('both heal');
    const gap = await flowing();
    console.log(`10 s of nothing ${way}: both hear and see each other ${gap} ms after it`);
    expect(gap).toBeLessThanOrEqual(8_000);
  });
}
