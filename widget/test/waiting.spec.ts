// What goes wrong while people wait and talk: other tabs, lost lines, sleeping phones, reloads, a killed server.
import { type Browser, expect, test } from '@playwright/test';
import type { ResumeCode } from '../src/protocol.gen.ts';
import { settled } from './support/access.ts';
import { api, Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Mortal, startMortal } from './support/mortal.ts';

let program: Mortal;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startMortal();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  await huber.film();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(() => huber.free());

/** Waits with a line that is lost for longer than a moment. */
const slow = { timeout: 45_000 };

const visit = (browser: Browser = town.browser) => Citizen.visit(browser, program.town);

async function talking(): Promise<Citizen> {
  const citizen = await visit();
  citizen.page.on('dialog', (dialog) => void dialog.accept()); // "leave this page?"
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expectTogether(citizen);
  return citizen;
}

async function expectTogether(citizen: Citizen): Promise<void> {
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible(slow);
  await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
}

test('a window of its own takes over, the older one goes quiet, and may take it back', async () => {
  const citizen = await visit();
  const { number } = await citizen.draw();
  const { code } = await api<ResumeCode>(citizen.frame, 'POST', '/api/v1/ticket/resume-code');
  const other = await citizen.page.context().newPage();
  await other.goto(`${program.public}/v/#${code}`);
  await expect(other.getByText(number, { exact: true })).toBeVisible();
  expect(other.url()).not.toContain(code);
  await expect(citizen.screen.getByRole('heading', { name: 'Läuft jetzt in einem anderen Fenster' })).toBeVisible();
  await huber.move('call');
  await expect(other.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
  await expect(citizen.page).not.toHaveTitle(/Sie sind dran/); // quiet
  await citizen.screen.getByRole('button', { name: 'Hierher zurückholen' }).click();
  await expect(citizen.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
  await expect(other.getByRole('heading', { name: 'Läuft jetzt in einem anderen Fenster' })).toBeVisible();
  await citizen.close();
});

test('a second tab of the town leaves the number to the first until it is asked for', async () => {
  const citizen = await visit();
  const { number } = await citizen.draw();
  const tab = await citizen.page.context().newPage();
  await tab.goto(program.town);
  await tab
    .getByRole('button', { name: /^Ihre Nummer anzeigen/ })
    .first()
    .click();
  const frame = tab.frameLocator('schalter-board iframe:visible');
  await expect(frame.getByText(number, { exact: true })).toBeVisible();
  await expect(citizen.screen.getByRole('heading', { name: 'Läuft jetzt in einem anderen Fenster' })).toBeVisible();
  await citizen.close();
});

test('more time keeps the rank; missed, one may return once to the head', async () => {
  const first = await visit();
  const second = await visit();
  const { number } = await first.draw();
  const next = await second.draw();
  await huber.move('call');
  await first.screen.getByRole('button', { name: 'Ich brauche mehr Zeit' }).click();
  await expect(first.screen.getByText(/^Kein Problem\. Wir rufen Sie gleich noch einmal auf/).first()).toBeVisible();
  expect((await huber.move('call')).office.current?.number).toBe(next.number); // skipped once
  await huber.free();
  expect((await huber.move('call')).office.current?.number).toBe(number);
  await huber.move('lapse');
  await second.move('leave');
  for (let call = 0; call < 2; call++) {
    await huber.move('call');
    await huber.move('lapse');
  }
  await first.screen.getByRole('button', { name: 'Wieder anstellen' }).click();
  await expect(first.screen.getByRole('heading', { name: 'Sie sind als Nächstes dran.' })).toBeVisible();
  await first.close();
  await second.close();
});

test('no connection for a while: it is said, and the place is kept', async () => {
  const citizen = await visit();
  const { number } = await citizen.draw();
  await citizen.page.context().setOffline(true);
  await citizen.page.evaluate(() => dispatchEvent(new Event('offline')));
  await expect(
    citizen.screen.getByText(/^Keine Verbindung\. Was Sie sehen, ist der Stand von \d\d:\d\d Uhr\./).first(),
  ).toBeVisible(slow);
  await expect(citizen.screen.getByText(number, { exact: true })).toBeVisible();
  await citizen.page.context().setOffline(false);
  await expect(citizen.screen.getByText('Verbindung steht')).toBeVisible(slow);
  expect((await citizen.ticket()).number).toBe(number);
  await citizen.close();
});

test('a part that does not come says so, and comes when it is asked for again', async () => {
  const citizen = await visit();
  await citizen.draw();
  const parts = '**/assets/citizen-chunk-*.js';
  await citizen.page.route(parts, (route) => route.abort());
  await settled(citizen.page); // the frame grows, and what one aims at moves with it
  await citizen.screen.getByText('Meine Daten').click();
  await expect(citizen.screen.getByText(/^Dieser Teil konnte nicht geladen werden/)).toBeVisible();
  await citizen.page.unroute(parts);
  await settled(citizen.page);
  await citizen.screen.getByRole('button', { name: 'Noch einmal laden' }).click();
  await expect(citizen.screen.getByRole('button', { name: 'Als Datei herunterladen' })).toBeVisible();
  await citizen.close();
});

test('what a click opens in the conversation is here before the line dies', async () => {
  const citizen = await talking();
  const loaded = () => citizen.frame.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const fetched = async () => new Set((await loaded()).filter((name) => name.includes('/citizen-chunk-'))).size;
  const before = await fetched();
  await expect.poll(fetched).toBeGreaterThanOrEqual(before + 6); // parts, panel, text, its words, captions, sharing
  await citizen.page.context().setOffline(true);
  await citizen.screen.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(citizen.screen.getByRole('textbox')).toBeVisible();
  await citizen.screen.getByRole('button', { name: 'Einstellungen' }).click();
  await expect(citizen.screen.getByRole('dialog').getByRole('combobox').first()).toBeVisible();
  await citizen.page.context().setOffline(false);
  await citizen.close();
});

// Ten minutes by the page's clock, for a test can't wait so long; that the server keeps the place over ten minutes by
// its own clock is a test of the queue.
test('ten minutes without connection: what is said, and the same place after it', async () => {
  const citizen = await visit();
  const { page, screen } = citizen;
  await page.clock.install();
  await page.reload();
  const { number } = await citizen.draw();
  await page.context().setOffline(true);
  await citizen.frame.evaluate(() => dispatchEvent(new Event('offline')));
  for (let minute = 0; minute < 10; minute++) await page.clock.runFor('01:00');
  await expect(
    screen.getByText(/^Keine Verbindung\. Was Sie sehen, ist der Stand von \d\d:\d\d Uhr\./).first(),
  ).toBeVisible(slow);
  await expect(screen.getByText(number, { exact: true })).toBeVisible();
  await page.context().setOffline(false);
  await citizen.frame.evaluate(() => dispatchEvent(new Event('online')));
  await expect(screen.getByText('Verbindung steht')).toBeVisible(slow);
  await expect(screen.getByText(/^Keine Verbindung\. Was Sie sehen, ist der Stand von \d\d:\d\d Uhr\./)).toHaveCount(0);
  expect((await citizen.ticket()).number).toBe(number);
  await huber.move('call');
  await expect(screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible(slow);
  await citizen.close();
});

test('a sleeping phone is passed over once and keeps its place', async () => {
  test.setTimeout(180_000);
  const phone = await launch('red');
  const asleep = await visit(phone.browser);
  const { number } = await asleep.draw();
  const cdp = await phone.browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter((p) => p.type === 'renderer').map((p) => p.id);
  const awake = await visit();
  const next = await awake.draw();
  try {
    for (const id of renderers) process.kill(id, 'SIGSTOP');
    const row = huber.page.locator('.tickets li').filter({ hasText: number });
    await expect(row.locator('.mark')).toBeVisible({ timeout: 90_000 });
    expect((await huber.move('call')).office.current?.number).toBe(next.number);
  } finally {
    for (const id of renderers) process.kill(id, 'SIGCONT');
  }
  await huber.free();
  await expect(asleep.screen.getByText(number, { exact: true })).toBeVisible(slow);
  expect((await huber.move('call')).office.current?.number).toBe(number);
  await expect(asleep.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible(slow);
  await asleep.close();
  await phone.close();
  await awake.close();
});

test('a reload on either side, and each is back without a click', async () => {
  const citizen = await talking();
  await citizen.page.reload();
  await expectTogether(citizen);
  await huber.page.reload();
  await expectTogether(citizen);
  await citizen.close();
});

test('one side’s page is closed: the other is told in words', async () => {
  const citizen = await talking();
  await huber.page.route('**/*', (route) => route.abort());
  await huber.page.goto('about:blank');
  await expect(citizen.screen.getByText(/^Frau Huber ist gerade nicht verbunden/).first()).toBeVisible(slow);
  await huber.page.unroute('**/*');
  await huber.page.goto(program.console);
  await expectTogether(citizen);
  await citizen.page.context().close();
  await expect(huber.page.getByRole('alert').filter({ hasText: /./ }).first()).toBeVisible(slow);
});

test('the citizen leaves: both sides are through', async () => {
  const citizen = await talking();
  await citizen.screen.getByRole('button', { name: 'Verlassen' }).click();
  await citizen.screen.getByRole('dialog').getByRole('button', { name: 'Verlassen' }).click();
  await expect(citizen.screen.getByRole('heading', { name: 'Vielen Dank für Ihren Besuch' })).toBeVisible();
  await expect(huber.page.getByRole('heading', { name: 'Kein Gespräch' })).toBeVisible();
  await citizen.close();
});

test('the program is killed in a conversation: the picture is back without a click', async () => {
  const citizen = await talking();
  await program.kill();
  await expect(citizen.screen.getByText(/^Einen Moment bitte: Die Verbindung ist unterbrochen/).first()).toBeVisible(
    slow,
  );
  await program.start();
  const since = Date.now();
  await expect(citizen.screen.getByText(/^Einen Moment bitte: Die Verbindung ist unterbrochen/)).toHaveCount(0, slow);
  await expectTogether(citizen);
  console.log(`picture back ${((Date.now() - since) / 1000).toFixed(1)} s after the program`);
  await citizen.close();
});
