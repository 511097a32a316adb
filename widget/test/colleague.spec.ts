// A colleague is asked beside a citizen's conversation: by chat, by voice behind a friendly moment, brought in, given the
// conversation. Three people in three contexts; the citizen never learns a word of it.
import { expect, type Locator, test } from '@playwright/test';
import { examine, settled } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch, loudest } from './support/browser.ts';
import { watch } from './support/connections.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

/** Asked for from the start, so that nothing begins to move. */
const calm = { reducedMotion: 'reduce' } as const;

let program: Program;
let town: Launched;
let office: Launched;
let beside: Launched;
let huber: Clerk; // films blue
let maier: Clerk; // films green
let citizen: Citizen; // films red
/** All that the citizen's sockets were told. */
let told: string[];

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office, beside] = await Promise.all([launch('red'), launch('blue'), launch('green')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', calm);
  maier = await Clerk.signIn(beside.browser, program, 'maier', calm);
  for (const [clerk, colour] of [
    [huber, 'blue'],
    [maier, 'green'],
  ] as const) {
    await clerk.open();
    await clerk.button('Kamera und Mikrofon einschalten').click();
    await expectColour(clerk.page.locator('.tile.self video'), colour);
  }
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await beside?.close();
  await program?.stop();
});

test.beforeEach(async () => {
  await huber.open();
  await maier.open();
  citizen = await Citizen.visit(town.browser, program.town, calm);
  await watch(citizen.page.context());
  await citizen.page.reload();
  told = [];
  citizen.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => told.push(`${payload}`)));
  await citizen.draw();
  await huber.button('Nächste Person aufrufen').first().click();
  await clickEnter(citizen.screen);
  await expectSeen();
  told = told.filter((frame) => frame.includes('"type":"room"')); // while waiting one is told who works there
});

test.afterEach(async () => {
  await huber.free();
  await maier.free();
  await citizen.close();
  await expect(panel(huber)).toHaveCount(0);
  await expect(panel(maier)).toHaveCount(0);
});

const panel = (clerk: Clerk): Locator => clerk.page.locator('section.consult');
const notice = (clerk: Clerk): Locator => clerk.page.locator('section.asked');
const clerkPicture = (): Locator => citizen.screen.locator('.tile.clerk video');

/** The citizen sees the clerk's blue picture. */
const expectSeen = () => expectColour(clerkPicture(), 'blue');

/** What has come in at the citizen's connections, sound and picture, without padding, in bytes. */
const received = (): Promise<number> =>
  citizen.frame.evaluate(async () => {
    let bytes = 0;
    for (const pc of window.connections ?? []) {
      if (pc.connectionState === 'closed') continue;
      for (const entry of (await pc.getStats()).values())
        if (entry.type === 'inbound-rtp') bytes += entry.bytesReceived ?? 0;
    }
    return bytes;
  });

const heardBy = (where: { locator(selector: string): Locator }): Promise<number> => loudest(where.locator('audio'));

/** While the clerk and the colleague hear each other, of both nothing comes to the citizen: no byte, no sound. */
async function expectApart(): Promise<void> {
  let before = -1;
  const more = async () => {
    const [last, now] = [before, await received()];
    before = now;
    return now - last;
  };
  await expect.poll(more).toBe(0); // what was on its way has arrived
  expect(before).toBeGreaterThan(0); // by these connections the clerk was seen and heard
  await expect.poll(() => heardBy(huber.page)).toBeGreaterThan(0.05);
  await expect.poll(() => heardBy(maier.page)).toBeGreaterThan(0.05);
  expect(await heardBy(citizen.screen)).toBeLessThan(0.001);
  expect(await more()).toBe(0);
  await expect(clerkPicture()).toHaveClass(/blank/);
}

/** Huber asks Maier in one of the ways. */
async function ask(way: string, words = ''): Promise<void> {
  await huber.button('Kolleg/in fragen').click();
  const dialog = huber.page.getByRole('dialog');
  await expect(dialog.getByText('frei', { exact: false }).first()).toBeVisible();
  if (way === 'Gespräch übergeben') await shoot(huber.page, 'colleague-ask');
  await dialog.getByLabel(/Maier/).check();
  await dialog.getByLabel(way, { exact: true }).check();
  if (words) await dialog.getByRole('textbox').fill(words);
  await huber.inDialog('Fragen').click();
  await expect(notice(maier)).toBeVisible();
}

test('by chat: asked, later, accepted, to and fro, and nothing of it at the citizen', async () => {
  await ask('Schreiben', 'Gilt der Plan von 1998 noch?');
  await expect(notice(maier)).toContainText('fragt Sie etwas per Chat');
  await expect(notice(maier)).toContainText('Gilt der Plan von 1998 noch?');
  expect(await examine(maier.page)).toEqual([]);
  await shoot(maier.page, 'colleague-asked');
  await maier.page.getByRole('button', { name: 'Gleich', exact: true }).click();
  await expect(panel(huber)).toContainText('kommt gleich');
  await maier.page.getByRole('button', { name: 'Annehmen', exact: true }).click();
  await expect(panel(maier)).toContainText('Intern – im Gespräch unsichtbar');
  const field = panel(maier).getByRole('textbox');
  await field.fill('Ja, bis 2027.');
  await field.press('Enter');
  await expect(panel(huber).getByRole('log')).toContainText('Ja, bis 2027.');
  await expectSeen(); // the conversation goes on
  expect(await examine(huber.page)).toEqual([]);
  await shoot(huber.page, 'colleague-chat');

  await maier.page.reload(); // the colleague's console begins anew, and finds it all again
  await expect(panel(maier).getByRole('log')).toContainText('Gilt der Plan von 1998 noch?');
  await expect(panel(maier).getByRole('log')).toContainText('Ja, bis 2027.');
  const shown = await citizen.frame.evaluate(() => document.documentElement.textContent ?? '');
  expect(shown).toContain('Huber');
  expect(told.join()).toContain('Huber'); // sockets that would tell are looked at
  for (const secret of ['Plan von', 'bis 2027', 'Maier']) {
    expect(shown).not.toContain(secret);
    expect(told.join()).not.toContain(secret);
  }
  await panel(maier).getByRole('button', { name: 'Verlassen' }).click();
  await expect(panel(huber)).toContainText('ist nicht mehr da');
  await panel(huber).getByRole('button', { name: 'Schließen' }).click();
  await expect(panel(huber)).toHaveCount(0);
});

test('declined, and taken back', async () => {
  await ask('Unter vier Augen sprechen');
  await maier.page.getByRole('button', { name: 'Ablehnen', exact: true }).click();
  await expect(panel(huber)).toContainText('kann gerade nicht');
  await expect(citizen.screen.locator('.moment-title')).toHaveCount(0);
  await panel(huber).getByRole('button', { name: 'Schließen' }).click();
  await ask('Schreiben');
  await panel(huber).getByRole('button', { name: 'Frage zurücknehmen' }).click();
  await expect(notice(maier)).toBeHidden();
  await expect(panel(huber)).toHaveCount(0);
});

test('by voice: the citizen waits a moment and sees nothing, until the clerk comes back', async () => {
  await expect.poll(() => heardBy(citizen.screen)).toBeGreaterThan(0.05);
  await ask('Unter vier Augen sprechen');
  await maier.page.getByRole('button', { name: 'Annehmen und sprechen' }).click();
  await expect(citizen.screen.locator('.moment-title')).toBeVisible();
  await expect(clerkPicture()).toHaveClass(/blank/);
  await expect(panel(huber).locator('.tile').first()).toContainText(/Maier/);
  await expect(panel(maier).locator('.tile').first()).toContainText(/Huber/);
  await expect(maier.page.getByText('Sie sprechen gerade mit Frau Huber.')).toBeVisible(); // and calls nobody
  await panel(maier)
    .getByRole('button', { name: /Kamera/ })
    .click(); // the picture, if one likes
  await expectColour(panel(huber).locator('.tile video').first(), 'green');
  await expectApart();
  expect(await examine(huber.page)).toEqual([]);
  await shoot(huber.page, 'colleague-voice');
  expect(await examine(citizen.page)).toEqual([]);
  await shoot(citizen.page, 'colleague-moment');

  await huber.page.reload(); // in the midst of it
  await expect(panel(huber).locator('.tile').first()).toContainText(/Maier/);
  await expectApart();
  await panel(maier).getByRole('button', { name: 'Auflegen' }).click();
  await expect(panel(huber)).toContainText('hat aufgelegt');
  await expect(citizen.screen.locator('.moment-title')).toBeVisible(); // still
  expect(await heardBy(citizen.screen)).toBeLessThan(0.001); // the clerk may be in the midst of a sentence
  await panel(huber).getByRole('button', { name: 'Zurück zum Gespräch' }).click();
  await expect(citizen.screen.locator('.moment-title')).toHaveCount(0);
  await expectSeen();
  await expect.poll(() => heardBy(citizen.screen)).toBeGreaterThan(0.05);
  await expect(panel(huber)).toHaveCount(0);
});

test('the conversation is given over: the citizen is told who goes on', async () => {
  await ask('Gespräch übergeben', 'hat den Lageplan dabei');
  await expect(notice(maier)).toContainText('hat den Lageplan dabei');
  await maier.page.getByRole('button', { name: 'Übernehmen' }).click();
  await expect(citizen.screen.getByText(/Ab jetzt spricht .*Maier mit Ihnen/)).toBeVisible();
  await expect(citizen.screen.locator('.tile.clerk')).toContainText(/Maier/);
  await expectColour(clerkPicture(), 'green');
  await expect(maier.page.locator('.who .number')).toBeVisible();
  await expect(maier.page.locator('.details')).toContainText('hat den Lageplan dabei');
  await expect(huber.page.locator('.who .number')).toHaveCount(0);
  await shoot(citizen.page, 'colleague-given');
});

test('brought in: the citizen is asked first, and can take the yes back', async () => {
  await ask('Ins Gespräch holen');
  await maier.page.getByRole('button', { name: 'Dazukommen' }).click();
  await expect(maier.page.getByText(/wird gefragt, ob Sie dazukommen dürfen/)).toBeVisible();
  await expect(citizen.screen.getByText(/soll dazukommen/)).toBeVisible();
  await expect(citizen.screen.locator('.tile.colleague')).toHaveCount(0);
  await expect(maier.page.locator('.visit .tile.citizen')).toHaveCount(0);
  expect(await examine(citizen.page)).toEqual([]);
  await shoot(citizen.page, 'colleague-agree');
  await citizen.page.bringToFront();
  await citizen.screen.getByRole('button', { name: 'Ja, gern' }).focus();
  await citizen.page.keyboard.press('Enter');
  await expect(citizen.screen.locator('.conversation [data-heading]')).toBeFocused(); // the button is gone
  await expectColour(citizen.screen.locator('.tile.colleague video'), 'green');
  await expect(citizen.screen.locator('.tile.colleague')).toContainText(/Maier/);
  await expectColour(maier.page.locator('.visit .tile.citizen video'), 'red');
  await expect(maier.page.locator('.visit .tile.citizen figcaption')).not.toContainText('Huber');
  expect(await examine(maier.page)).toEqual([]);
  await shoot(maier.page, 'colleague-joined');
  await shoot(citizen.page, 'colleague-three');
  expect(await examine(citizen.page)).toEqual([]);
  await settled(citizen.page);
  await citizen.screen.getByRole('button', { name: 'Lieber ohne diese Person weitersprechen' }).click();
  await expect(citizen.screen.locator('.tile.colleague')).toHaveCount(0);
  await expect(maier.page.locator('.visit .tile.citizen')).toHaveCount(0);
  await expectSeen();
  await panel(huber).getByRole('button', { name: 'Rückfrage beenden' }).click();
  await expect(panel(maier)).toHaveCount(0);
});

test('the citizen leaves in the midst of a moment', async () => {
  await ask('Unter vier Augen sprechen');
  await maier.page.getByRole('button', { name: 'Annehmen und sprechen' }).click();
  await expect(citizen.screen.locator('.moment-title')).toBeVisible();
  await citizen.move('leave');
  await expect(panel(huber)).toHaveCount(0);
  await expect(panel(maier)).toHaveCount(0);
  await expect(huber.page.locator('.who .number')).toHaveCount(0);
});

test('by keyboard alone', async () => {
  await huber.page.bringToFront();
  await expect(huber.button('Kolleg/in fragen')).toBeVisible(); // before, there is nothing for the keys to do
  await huber.page.keyboard.press('Control+Alt+F');
  const dialog = huber.page.getByRole('dialog');
  await expect(dialog.getByLabel(/Maier/)).toBeVisible();
  await dialog.getByRole('textbox').focus();
  await huber.page.keyboard.type('Per Tastatur');
  await huber.page.keyboard.press('Tab');
  await huber.page.keyboard.press('Tab');
  await expect(dialog.getByRole('button', { name: 'Fragen' })).toBeFocused();
  await huber.page.keyboard.press('Enter');
  await expect(notice(maier)).toContainText('Per Tastatur');
  await maier.page.bringToFront();
  await maier.page.getByRole('button', { name: 'Annehmen', exact: true }).focus();
  await maier.page.keyboard.press('Enter');
  await expect(panel(maier).getByRole('heading')).toBeVisible();
  await panel(maier).getByRole('textbox').focus();
  await maier.page.keyboard.type('Auch per Tastatur');
  await maier.page.keyboard.press('Enter');
  await expect(panel(huber).getByRole('log')).toContainText('Auch per Tastatur');
});
