// The statistics area: an admin sees the demo's past as numbers, bars and tables that say the same, on every screen and
// on paper; a clerk sees nothing of it.
import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page, test } from '@playwright/test';
import type { Statistics } from '../src/protocol.gen.ts';
import { examine } from './support/access.ts';
import { api, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let office: Launched;
let sommer: Clerk; // admin

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  office = await launch('blue');
  sommer = await Clerk.signIn(office.browser, program, 'sommer');
});

test.afterAll(async () => {
  await office?.close();
  await program?.stop();
});

/** Half a year, all of whose days are over. */
const span = () => {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  return { from: day(200), to: day(20) };
};

async function open(page: Page): Promise<Locator> {
  await page.getByRole('link', { name: 'Statistik' }).click();
  const area = page.locator('main.statistics');
  await expect(area.getByRole('heading', { level: 1, name: 'Statistik' })).toBeVisible();
  return area;
}

async function own(area: Locator, by: string): Promise<{ from: string; to: string }> {
  const { from, to } = span();
  await area.getByLabel('Zeitraum').selectOption({ label: 'Eigener Zeitraum' });
  await area.getByLabel('Von', { exact: true }).fill(from);
  await area.getByLabel('Bis einschließlich').fill(to);
  await area.getByLabel('Aufteilen nach').selectOption({ label: by });
  await expect(area.getByRole('heading', { name: `Gespräche nach ${by}` })).toBeVisible();
  await expect(area.getByRole('status').first()).toContainText('Die Zahlen sind da');
  return { from, to };
}

test('numbers, bars and tables say what the server says', async () => {
  const area = await open(sommer.page);
  const { from, to } = await own(area, 'Wochentag');
  const path = `/api/v1/console/statistics?from=${from}&to=${to}&by=weekday`;
  const figures = await api<Statistics>(sommer.page, 'GET', path);
  expect(figures.total.drawn?.n ?? 0).toBeGreaterThan(300);
  const shown = (n: number | undefined) => new Intl.NumberFormat('de').format(n ?? 0);
  const card = area.locator('.cards > div').filter({ has: sommer.page.getByText('Gezogene Nummern', { exact: true }) });
  await expect(card.locator('.value')).toHaveText(shown(figures.total.drawn?.n));

  const section = area.getByRole('region', { name: 'Nummern nach Wochentag' }).first();
  const rows = section.locator('tbody tr');
  await expect(rows).toHaveCount(7);
  await expect(rows.first().locator('th')).toHaveText('Montag');
  await expect(rows.first().locator('td').first()).toHaveText(shown(figures.rows[0]?.drawn?.n));
  const chart = section.getByRole('img');
  await expect(chart).toHaveAccessibleName(/^Nummern nach Wochentag\. Am meisten: \S+ mit \d/);
  const texts = await chart.locator('.amount').allTextContents();
  expect(texts).toEqual(await rows.locator('td:nth-child(2)').allTextContents());
  await area.getByLabel('Aufteilen nach').selectOption({ label: 'Anliegen' });
  await expect(area.getByRole('heading', { name: 'Nummern nach Anliegen' })).toBeVisible();
  await expect(area.getByRole('heading', { name: /Minuten geöffnet nach/ })).toHaveCount(0);
});

test('by days small numbers are hidden, and it is said why', async () => {
  const area = await open(sommer.page);
  await own(area, 'Tag');
  await expect(area.getByText('Zum Schutz einzelner Personen')).toBeVisible();
  const counts = area.getByRole('region', { name: 'Nummern nach Tag' }).first().locator('tbody td');
  const cells = await counts.allTextContents();
  expect(cells).toContain('<5');
  expect(cells.filter((c) => /^[1-4]$/.test(c))).toEqual([]);
});

test('the file opens in a German spreadsheet', async () => {
  const area = await open(sommer.page);
  const { from, to } = await own(area, 'Monat');
  const download = sommer.page.waitForEvent('download');
  await area.getByRole('link', { name: 'Als CSV herunterladen' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`statistik-${from}-${to}.csv`);
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
  expect(lines[0]).toMatch(/^\uFEFFMonat;Gezogen;Bedient;/);
  expect(lines.at(-2)).toMatch(new RegExp(`^Gesamt ${from} – ${to};\\d+;`));
  expect(new Set(lines.slice(0, -1).map((line) => line.split(';').length))).toEqual(new Set([17]));
});

test('the sentence for the press can be copied', async () => {
  await sommer.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: program.console });
  const area = await open(sommer.page);
  await area.getByLabel('Zeitraum').selectOption({ label: 'Jahr' });
  if (new Date().getMonth() < 1) await area.getByRole('button', { name: 'Früher' }).click();
  const sentence = area.locator('.press .sentence');
  await expect(sentence).toHaveText(
    /^Im Jahr \d{4} nahmen [\d.]+ Personen an [\d.]+ Gesprächen teil; die Schalter waren [\d.]+ Minuten geöffnet; 2 Ansprechpersonen\./,
  );
  await area.getByRole('button', { name: 'Text kopieren' }).click();
  await expect(area.getByText('Der Text ist kopiert.')).toBeVisible();
  expect(await sommer.page.evaluate(() => navigator.clipboard.readText())).toBe(await sentence.textContent());
});

test('a clerk has no such area, and no answer', async () => {
  const winter = await Clerk.signIn(office.browser, program, 'winter');
  await expect(winter.page.getByRole('link', { name: 'Statistik' })).toHaveCount(0);
  const { from, to } = span();
  const days = `from=${from}&to=${to}`;
  for (const path of [`statistics?${days}`, `statistics.csv?${days}`, 'statistics/year?year=2026'])
    await expect(api(winter.page, 'GET', `/api/v1/console/${path}`)).rejects.toThrow('403');
  await winter.page.context().close();
});

test('for everybody: axe, narrow, large, forced colours, and on paper', async () => {
  const area = await open(sommer.page);
  await own(area, 'Wochentag');
  await examine(sommer.page);
  const shots = process.env.SHOTS;
  for (const width of [1280, 360]) {
    await sommer.page.setViewportSize({ width, height: shots ? 2600 : 900 });
    for (const by of ['Wochentag', 'Büro', 'Tag']) {
      await area.getByLabel('Aufteilen nach').selectOption({ label: by });
      await expect(area.getByRole('heading', { name: `Nummern nach ${by}` })).toBeVisible();
      if (shots) await sommer.page.screenshot({ path: `${shots}/${width}-${by}.png`, fullPage: true });
    }
  }
  await sommer.page.setViewportSize({ width: 1280, height: 900 });
  await sommer.page.emulateMedia({ media: 'print' });
  await expect(area.getByLabel('Zeitraum')).toBeHidden();
  await expect(area.getByRole('table').first()).toBeVisible();
  await sommer.page.emulateMedia({ media: 'screen' });
});
