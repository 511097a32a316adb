// What the board costs a town's page before anybody clicks.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { launch } from '../support/browser.ts';
import { type Program, startProgram } from '../support/program.ts';
import { gzipSize, kilobytes, report } from './table.ts';

let program: Program;

test.beforeAll(async () => {
  program = await startProgram();
});
test.afterAll(async () => program?.stop());

interface Shift {
  value: number;
  at: number;
}
interface Watched {
  shifts: Shift[];
  /** When the first frame with the board had been painted. */
  painted: number;
}

/** Runs in the page before all else. */
function watchShifts(): void {
  const watched: Watched = { shifts: [], painted: 0 };
  Object.assign(window, { watched });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      watched.shifts.push({ value: (entry as PerformanceEntry & { value: number }).value, at: entry.startTime });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const board = document.querySelector('schalter-board');
    const there = board?.shadowRoot?.querySelector('article');
    requestAnimationFrame(
      there
        ? () => {
            watched.painted = performance.now();
          }
        : look,
    );
  };
  requestAnimationFrame(look);
}

async function load(
  context: BrowserContext,
  url: string,
  width: number,
  delay: number,
): Promise<[Page, Watched, string[]]> {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: width < 600 ? 740 : 900 });
  const requests: string[] = [];
  page.on('request', (r) => {
    if (new URL(r.url()).origin === program.public) requests.push(r.url());
  });
  if (delay) {
    await page.route(/\/b\/[^/]+\.js$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await route.continue();
    });
  }
  await page.addInitScript(watchShifts);
  await page.goto(url);
  await expect(page.locator('schalter-board').getByRole('article').first()).toBeVisible();
  await page.waitForTimeout(1500); // what the board asks for by itself, and what moves late
  const watched = await page.evaluate(() => (window as unknown as { watched: Watched }).watched);
  return [page, watched, requests];
}

test('the board before any click', async () => {
  const { browser, close } = await launch('red');
  try {
    const forms: Array<{ form: string; url: string }> = [
      { form: 'one line', url: program.county },
      { form: 'two lines', url: program.town },
    ];
    const sizes: string[] = [];
    const kept: string[] = [];
    const shifts: string[] = [];
    let bytes = 0;
    let count = 0;
    let late = 0; // shift after the board's first paint
    let whole = 0; // shift of the two-line form at all
    for (const { form, url } of forms) {
      for (const width of [1280, 360]) {
        for (const delay of [0, 800]) {
          const context = await browser.newContext({ locale: 'de-DE' });
          const [page, watched, requests] = await load(context, url, width, delay);
          expect(watched.painted).toBeGreaterThan(0);
          const sum = (of: Shift[]) => of.reduce((total, s) => total + s.value, 0);
          const after = sum(watched.shifts.filter((s) => s.at > watched.painted));
          late = Math.max(late, after);
          if (form === 'two lines') whole = Math.max(whole, sum(watched.shifts));
          shifts.push(
            `${form} ${width} px +${delay} ms: ${after.toFixed(4)} after, ${sum(watched.shifts).toFixed(4)} in all`,
          );
          if (width === 1280 && delay === 0) {
            const each = await Promise.all(requests.map(gzipSize));
            const total = each.reduce((a, b) => a + b, 0);
            bytes = Math.max(bytes, total);
            count = Math.max(count, requests.length);
            sizes.push(`${form}: ${requests.map((r, i) => `${new URL(r).pathname} ${each[i]} B`).join(', ')}`);
          }
          const storage = await page.evaluate(async () => ({
            cookie: document.cookie,
            local: localStorage.length,
            session: sessionStorage.length,
            databases: (await indexedDB.databases()).length,
          }));
          const cookies = (await context.cookies()).length;
          if (cookies || storage.cookie || storage.local || storage.session || storage.databases) {
            kept.push(`${form}: ${cookies} cookies, ${JSON.stringify(storage)}`);
          }
          await context.close();
        }
      }
    }
    report({
      what: 'board before a click: size, requests',
      reach: '<= 9 KB gzip, 2 requests',
      got: `${kilobytes(bytes)}, ${count}`,
      reached: bytes <= 9 * 1024 && count <= 2,
      notes: sizes,
    });
    report({
      what: 'board before a click: cookies, storage',
      reach: 'none',
      got: kept.length ? 'some' : 'none',
      reached: kept.length === 0,
      notes: kept,
    });
    report({
      what: 'layout shift after first paint; two lines: at all',
      reach: '0; 0',
      got: `${late.toFixed(4)}; ${whole.toFixed(4)}`,
      reached: late === 0 && whole === 0,
      notes: [`${shifts.join('; ')} (+800 ms: the script comes when the page is long painted)`],
    });
  } finally {
    await close();
  }
});
