// The main job: a town's page, a number, a clerk, a conversation.
import { expect, test } from '@playwright/test';
import { settled } from './support/access.ts';
import { clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch, loudest } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;

test.beforeAll(async () => {
  program = await startProgram();
  town = await launch('red');
  office = await launch('blue');
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test('a citizen draws, waits, is called, talks and leaves', async () => {
  const citizen = await (await town.browser.newContext({ locale: 'de-DE' })).newPage();
  const clerk = await (await office.browser.newContext({ locale: 'de-DE' })).newPage();
  const huber = program.clerks.find((c) => c.mail.startsWith('huber'));
  if (!huber) throw new Error('no clerk');

  // The town's page: nobody is at the counter yet.
  await citizen.goto(program.town);
  const hauptamt = citizen.locator('schalter-board').getByRole('article').filter({ hasText: 'Hauptamt' });
  await expect(hauptamt).toContainText('Im Moment ist niemand am Schalter');
  await expect(hauptamt.getByRole('button', { name: 'Nummer ziehen' })).toHaveCount(0);

  // The clerk signs in and opens the desk; the board turns to open.
  await clerk.goto(program.console);
  await clerk.getByLabel('E-Mail-Adresse').fill(huber.mail);
  await clerk.getByLabel('Passwort', { exact: true }).fill(huber.password);
  await clerk.getByRole('button', { name: 'Anmelden' }).click();
  await clerk.getByRole('button', { name: 'Öffnen: Hauptamt' }).click();
  await expect(hauptamt).toContainText('Niemand wartet', { timeout: 25_000 });
  await shoot(citizen, 'board');
  await shoot(clerk, 'console-free');

  // The citizen draws.
  await hauptamt.getByRole('button', { name: 'Nummer ziehen' }).click();
  const frame = citizen.frameLocator('schalter-board iframe:visible');
  await expect(frame.getByText('H 001', { exact: true })).toBeVisible();
  await expect(frame.getByText('Sie sind als Nächstes dran.').first()).toBeVisible();
  await frame.getByText('Angaben (freiwillig)').click();
  await frame.getByLabel('Worum geht es?').selectOption({ label: 'Ausweis' });
  await frame.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  await expect(frame.getByText('Kamera bereit')).toBeVisible();
  await shoot(citizen, 'waiting');

  // A reload keeps the place.
  await citizen.reload();
  await expect(frame.getByText('H 001', { exact: true })).toBeVisible();

  // The clerk sees the list and calls.
  await expect(clerk.getByRole('listitem').filter({ hasText: 'H 001' })).toContainText('Ausweis');
  const title = await citizen.title();
  await clerk.getByRole('button', { name: 'Nächste Person aufrufen' }).click();
  await expect(frame.getByRole('alert').filter({ hasText: 'Sie sind dran mit der Nummer H 001' })).toHaveCount(1);
  await expect(frame.getByRole('heading', { name: 'Sie sind dran – H 001' })).toBeVisible();
  await expect(citizen).toHaveTitle(/Sie sind dran – H 001/);
  await shoot(citizen, 'called');
  await clickEnter(frame);

  // Picture and sound, both ways.
  const clerksPicture = frame.getByLabel(/^Frau Huber/);
  const citizensPicture = clerk.locator('.tile.citizen video');
  await expectColour(clerksPicture, 'blue');
  await expectColour(citizensPicture, 'red');
  expect(await loudest(frame.locator('audio'))).toBeGreaterThan(0.05);
  expect(await loudest(clerk.locator('audio'))).toBeGreaterThan(0.05);
  await expect(citizen).toHaveTitle(title);
  await shoot(citizen, 'conversation');
  await shoot(clerk, 'console-conversation');

  // Mute and camera off are told to the other side.
  await frame.getByRole('button', { name: 'Mikrofon an' }).click();
  await frame.getByRole('button', { name: 'Kamera an' }).click();
  await expect(clerk.getByText('Kamera aus').first()).toBeVisible();
  await frame.getByRole('button', { name: 'Kamera aus' }).click();
  await expectColour(citizensPicture, 'red');

  // The clerk ends it.
  await clerk.getByRole('button', { name: 'Gespräch beenden' }).click();
  await clerk.getByRole('dialog').getByRole('button', { name: 'Beenden' }).click();
  await expect(frame.getByRole('heading', { name: 'Vielen Dank für Ihren Besuch' })).toBeVisible();
  await shoot(citizen, 'goodbye');
  await settled(citizen); // the window is wide again, and what one aims at moves with the frame's height
  await frame.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await expect(hauptamt.getByRole('button', { name: 'Nummer ziehen' })).toBeVisible();

  // The clerk vanishes; after the grace the board says so.
  await clerk.close();
  await expect(hauptamt).toContainText('Für einen Moment nicht besetzt', { timeout: 90_000 });
});
