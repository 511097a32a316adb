// Each move of the desk, by its buttons, with two clerks and three citizens; and the bell.
import { expect, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;
let maier: Clerk;
let citizens: Citizen[] = [];

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber');
  maier = await Clerk.signIn(office.browser, program, 'maier');
  await huber.open();
  await maier.open();
  await huber.button('Kamera und Mikrofon einschalten').click();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(async () => {
  await huber.free();
  await maier.free();
  for (const citizen of citizens) await citizen.close();
  citizens = [];
});

/** So many citizens with a number, in the order of drawing. */
async function wait(n: number): Promise<{ citizen: Citizen; number: string }[]> {
  const out = [];
  for (let i = 0; i < n; i++) {
    const citizen = await Citizen.visit(town.browser, program.town);
    citizens.push(citizen);
    out.push({ citizen, number: (await citizen.draw()).number });
  }
  await expect(huber.page.locator('.tickets li')).toHaveCount(n);
  return out;
}

const expectCalled = (citizen: Citizen) =>
  expect(citizen.screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();

const expectWith = (clerk: Clerk, number: string) => expect(clerk.page.locator('.who')).toContainText(number);

type Three = [
  Awaited<ReturnType<typeof wait>>[0],
  Awaited<ReturnType<typeof wait>>[0],
  Awaited<ReturnType<typeof wait>>[0],
];

test('a certain one is called out of turn with a reason, the first and the next without', async () => {
  const [first, second, third] = (await wait(3)) as Three;
  await huber.button(`Aufrufen: ${third.number}`).click();
  await expect(huber.page.getByRole('dialog')).toContainText(`${third.number} vor den anderen aufrufen`);
  await huber.page.getByLabel('Dringend').check();
  await huber.inDialog('Aufrufen').click();
  await expectCalled(third.citizen);
  await expectWith(huber, third.number);
  await maier.button(`Aufrufen: ${first.number}`).click();
  await expectCalled(first.citizen);
  await expect(maier.page.getByRole('dialog')).toHaveCount(0);
  await huber.button('Nächste Person aufrufen').first().click();
  await expectCalled(second.citizen);
  await expect(third.citizen.screen.getByRole('heading', { name: /^Sie sind dran/ })).toHaveCount(0);
});

test('called three times in vain, missed, and put back in line', async () => {
  const [one, other] = (await wait(2)) as Three;
  await huber.button('Nächste Person aufrufen').click();
  for (const call of ['Aufruf 2 von 3', 'Aufruf 3 von 3']) {
    await huber.button('Noch einmal aufrufen').click();
    await expect(huber.page.getByText(call)).toBeVisible();
  }
  await expectCalled(one.citizen);
  await expect(huber.button('Noch einmal aufrufen')).toHaveCount(0);
  await huber.button('Nicht gekommen').click();
  await expect(huber.page.getByRole('heading', { name: 'Nicht gekommen (1)' })).toBeVisible();
  await maier.button(`Wieder einreihen: ${one.number}`).click(); // the colleague sees the same
  await expect(huber.page.locator('.tickets li').first()).toContainText(one.number);
  await expect(one.citizen.screen.getByRole('heading', { name: 'Sie sind als Nächstes dran.' })).toBeVisible();
  await expect(huber.row(other.number)).toBeVisible();
});

test('back to the queue, parked, called back', async () => {
  const [one] = (await wait(1)) as Three;
  await huber.button('Nächste Person aufrufen').click();
  await expectWith(huber, one.number);
  await huber.button('Zurück in die Warteschlange').click();
  await expect(huber.row(one.number)).toContainText('noch nicht bereit');
  await huber.page.keyboard.press('Control+Alt+KeyA');
  await clickEnter(one.citizen.screen);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  await huber.page.keyboard.press('Control+Alt+KeyP');
  await expect(maier.page.getByRole('heading', { name: 'Geparkt (1)' })).toBeVisible();
  await huber.button(`Zurückholen: ${one.number}`).click();
  await clickEnter(one.citizen.screen);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  await huber.page.keyboard.press('Control+Alt+KeyB');
  await huber.inDialog('Beenden').click();
  await expect(one.citizen.screen.getByRole('heading', { name: 'Vielen Dank für Ihren Besuch' })).toBeVisible();
});

test('passed on with a note: from the conversation and from the queue, only to an open office', async () => {
  const [one, two] = (await wait(2)) as Three;
  await huber.button(`Weiterleiten: ${two.number}`).click();
  await expect(huber.page.getByRole('dialog')).toContainText('Zurzeit ist kein anderes Büro geöffnet.');
  await expect(huber.page.getByRole('dialog')).toContainText('Bürgermeisterin');
  await huber.page.keyboard.press('Escape');

  await maier.open('Bauamt');
  await huber.button('Nächste Person aufrufen').click();
  await clickEnter(one.citizen.screen);
  await huber.button('Gespräch beenden').waitFor();
  await huber.page.keyboard.press('Control+Alt+KeyU');
  await expect(huber.page.getByRole('dialog').getByLabel('Bauamt')).toBeChecked();
  await huber.page.getByLabel('Notiz für die nächste Stelle').fill('Es geht um den Carport.');
  await huber.inDialog('Weiterleiten').click();
  const row = maier.row(one.number).filter({ hasText: 'von Hauptamt' });
  await expect(row).toContainText('Notiz: Es geht um den Carport.');
  expect((await one.citizen.ticket()).office_name.de).toBe('Bauamt');

  await huber.button(`Weiterleiten: ${two.number}`).click();
  await huber.inDialog('Weiterleiten').click();
  await expect(maier.row(two.number).filter({ hasText: 'von Hauptamt' })).toBeVisible();
  await maier.button(`Aufrufen: ${one.number}`).click();
  await expect(maier.page.locator('.details')).toContainText('Es geht um den Carport.');
  await maier.free();
  await maier.move('close');
  await maier.open();
});

test('a message to all who wait, until it is taken back', async () => {
  const [one] = (await wait(1)) as Three;
  await huber.page.keyboard.press('Control+Alt+KeyS');
  await huber.inDialog('Es dauert etwa 10 Minuten länger.').click();
  await huber.inDialog('Anzeigen').click();
  await expect(maier.page.locator('.told')).toContainText('Es dauert etwa 10 Minuten länger.');
  const seen = one.citizen.screen.locator('.message');
  await expect(seen).toContainText('Es dauert etwa 10 Minuten länger.');
  await maier.button('Zurücknehmen').click();
  await expect(huber.page.locator('.told')).toHaveCount(0);
  await expect(seen).toHaveCount(0);
});

test('both clerks call at once: two different ones', async () => {
  const [first, second] = (await wait(3)) as Three;
  await Promise.all([huber, maier].map((clerk) => clerk.button('Nächste Person aufrufen').click()));
  await expect(huber.page.locator('.who')).toBeVisible();
  await expect(maier.page.locator('.who')).toBeVisible();
  const numbers = await Promise.all([huber, maier].map((c) => c.page.locator('.who .number').textContent()));
  expect(numbers.sort()).toEqual([first.number, second.number].sort());
  await Promise.all([expectCalled(first.citizen), expectCalled(second.citizen)]);
});

test('a clerk’s browser is gone: a colleague takes over, and the citizen stays', async () => {
  test.setTimeout(180_000);
  const [one] = (await wait(1)) as Three;
  const away = await Clerk.signIn(office.browser, program, 'maier');
  await away.button('Nächste Person aufrufen').click();
  await clickEnter(one.citizen.screen);
  await expect(away.page.locator('.tile.citizen video:not(.blank)')).toBeVisible();
  await away.page.context().close();
  await maier.page.context().close();
  await huber.button(`Übernehmen: ${one.number}`).click({ timeout: 90_000 });
  await expectWith(huber, one.number);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  await expect(one.citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible();
  maier = await Clerk.signIn(office.browser, program, 'maier');
  await maier.open();
});

/** Runs in the page before all else: counts tones and keeps the system's notifications, which no test can see. */
function listen(): void {
  const heard = { tones: 0, notices: [] as string[], focused: 0 };
  Object.assign(window, { heard });
  const look = setInterval(() => {
    if (!document.body?.textContent.includes('hält die Klingel noch stumm')) return;
    clearInterval(look);
    console.log('mute');
  }, 100);
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    heard.tones++;
    start.call(this, when);
  };
  class Notice {
    static permission = 'default';
    static requestPermission = async () => {
      Notice.permission = 'granted';
      return 'granted';
    };
    onclick?: () => void;
    constructor(title: string, options: { body: string }) {
      heard.notices.push(`${title}: ${options.body}`);
      setTimeout(() => this.onclick?.(), 500);
    }
    close() {}
  }
  Object.assign(window, { Notification: Notice, focus: () => heard.focused++ });
}

test('the bell: mute until a click, tested, rings until acted on, and is seen outside of the page', async () => {
  await maier.move('close'); // one hears it alone
  const { page } = huber;
  await page.addInitScript(listen);
  // Whatever a test asks a page counts as a click there, and lets it sound: so until it is mute, the page itself says so.
  const mute = page.waitForEvent('console', (message) => message.text() === 'mute');
  await page.reload({ waitUntil: 'commit' });
  await mute;
  const heard = () =>
    page.evaluate(() => (window as unknown as { heard: { tones: number; notices: string[]; focused: number } }).heard);
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');
  await expect(huber.button('Nächste Person aufrufen')).toBeVisible(); // the desk is open: only then it matters
  await expect(page.getByText('Ihr Browser hält die Klingel noch stumm')).toBeVisible();
  await huber.button('Klingel an').click();
  await expect(page.getByText('Ihr Browser hält die Klingel noch stumm')).toHaveCount(0);
  await page.getByLabel('Dreiklang').check();
  await page.getByLabel('Lautstärke').press('ArrowLeft');
  await huber.inDialog('Klingel testen').click();
  expect((await heard()).tones).toBeGreaterThanOrEqual(8);
  await page.getByLabel('Hinweis des Systems').check();
  await huber.inDialog('Fertig').click();
  expect(await page.evaluate(() => localStorage.getItem('schalter-bell'))).toBe(
    '{"on":true,"sound":"triad","volume":5,"notify":true}',
  );

  // The window is covered: nobody looks at it.
  await page.evaluate(() => Object.assign(document, { hasFocus: () => false }));
  const before = (await heard()).tones;
  const plain = await icon();
  const [one] = (await wait(1)) as Three;
  await expect(page).toHaveTitle('(1) Schalter');
  expect(await icon()).toMatch(/^data:image\/png/);
  await expect.poll(async () => (await heard()).tones).toBe(before + 4);
  await expect.poll(async () => (await heard()).tones, { timeout: 12_000 }).toBe(before + 8); // and again
  expect((await heard()).notices).toEqual(['(1) Schalter: 1 Person wartet.']);
  await expect.poll(async () => (await heard()).focused).toBe(1);
  await huber.button('Ton aus bis zum Nächsten').click();
  await expect(page.locator('.ringing')).toHaveCount(0);

  // In a conversation it is quiet, and the number in the title goes on counting.
  await huber.button('Nächste Person aufrufen').click();
  const quiet = (await heard()).tones + 2; // the chime for who enters
  await clickEnter(one.citizen.screen);
  await expect.poll(async () => (await heard()).tones).toBe(quiet);
  await expect(page).toHaveTitle('Schalter');
  expect(await icon()).toBe(plain);
  await wait(1);
  await expect(page).toHaveTitle('(1) Schalter');
  expect((await heard()).tones).toBe(quiet);
  await maier.open();
});
