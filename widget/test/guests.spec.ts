// An interpreter comes by a link: what clerk, citizen and guest see of it, each in a browser of its own.
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let elsewhere: Launched;

test.beforeAll(async () => {
  program = await startProgram();
  [town, office, elsewhere] = await Promise.all([launch('red'), launch('blue'), launch('green')]);
});

test.afterAll(async () => {
  await Promise.all([town?.close(), office?.close(), elsewhere?.close()]);
  await program?.stop();
});

const still = { reducedMotion: 'reduce' } as const;

/** A clerk who has called, and a citizen who has not entered yet. */
async function called(): Promise<{ clerk: Clerk; citizen: Citizen }> {
  const clerk = await Clerk.signIn(office.browser, program, 'huber', still);
  await clerk.open();
  const citizen = await Citizen.visit(town.browser, program.town, still);
  await citizen.draw();
  await clerk.move('call');
  await expect(clerk.page.locator('.who')).toBeVisible();
  return { clerk, citizen };
}

/** The clerk invites by the dialog; returns the link. */
async function invite(clerk: Clerk, name: string): Promise<string> {
  const { page } = clerk;
  await page.getByRole('button', { name: 'Gast einladen' }).click();
  const dialog = page.getByRole('dialog', { name: 'Gast einladen' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Einladen' }).click();
  const made = page.getByRole('dialog', { name: `Einladung für ${name}` });
  const link = await made.getByLabel('Link', { exact: true }).inputValue();
  await made.getByRole('button', { name: 'Fertig' }).click();
  return link;
}

async function open(link: string, into?: BrowserContext): Promise<Page> {
  const context = into ?? (await elsewhere.browser.newContext({ locale: 'de-DE', ...still }));
  const page = await context.newPage();
  await page.addInitScript(() => {
    const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    Object.assign(window, { asked: 0 });
    navigator.mediaDevices.getUserMedia = (wish) => {
      (window as unknown as { asked: number }).asked++;
      return asked(wish);
    };
  });
  await page.goto(link);
  return page;
}

const row = (clerk: Clerk, name: string) => clerk.page.locator('.guests li').filter({ hasText: name });

test('an interpreter is invited, waits, is agreed to, talks, is silenced and removed', async () => {
  test.setTimeout(180_000);
  const { clerk, citizen } = await called();
  await clerk.page.getByRole('button', { name: 'Gast einladen' }).click();
  expect(await examine(clerk.page)).toEqual([]);
  await shoot(clerk.page, 'guests-invite');
  await clerk.page.getByRole('dialog').getByRole('button', { name: 'Einladen' }).click();
  await expect(clerk.page.getByText('Bitte geben Sie einen Namen ein.')).toBeVisible();
  await clerk.page.getByRole('dialog').getByLabel('Name').fill('Herr Yılmaz');
  await clerk.page.getByRole('dialog').getByRole('button', { name: 'Einladen' }).click();
  const made = clerk.page.getByRole('dialog', { name: 'Einladung für Herr Yılmaz' });
  const link = await made.getByLabel('Link', { exact: true }).inputValue();
  await expect(made.getByRole('img', { name: 'QR-Code mit dem Link' })).toBeVisible();
  expect(await examine(clerk.page)).toEqual([]);
  await shoot(clerk.page, 'guests-link');
  await made.getByRole('button', { name: 'Fertig' }).click();
  await expect(row(clerk, 'Yılmaz')).toContainText('eingeladen, noch nicht da');

  // The guest's page: nothing is asked for before a click, and the token is gone from the address.
  const guest = await open(link);
  await expect(guest.getByRole('heading', { name: 'Guten Tag, Herr Yılmaz' })).toBeVisible();
  await expect(guest.getByText('Frau Huber lädt Sie ein, in einem Videogespräch zu dolmetschen.')).toBeVisible();
  expect(guest.url()).toBe(`${program.public}/g/`);
  expect(await guest.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(0);
  expect(await guest.context().cookies()).toEqual([]);
  expect(await examine(guest)).toEqual([]);
  await shoot(guest, 'guest-door');

  // In English, and still after a reload; the secret goes into no address for it.
  await guest.getByRole('button', { name: 'English' }).click();
  await expect(guest.getByRole('heading', { name: 'Hello, Herr Yılmaz' })).toBeVisible();
  await expect(guest.locator('html')).toHaveAttribute('lang', 'en');
  await guest.reload();
  await expect(guest.getByRole('heading', { name: 'Hello, Herr Yılmaz' })).toBeVisible();
  expect(guest.url()).toBe(`${program.public}/g/`);
  await shoot(guest, 'guest-door-english');
  await guest.getByRole('button', { name: 'Deutsch' }).click();
  await expect(guest.getByRole('heading', { name: 'Guten Tag, Herr Yılmaz' })).toBeVisible();
  await expect(row(clerk, 'Yılmaz')).toContainText('hat die Einladung geöffnet');
  await guest.getByRole('button', { name: 'Ich bin bereit' }).click();
  await expect(guest.getByRole('heading', { name: 'Sie sind früh dran' })).toBeVisible();
  await expect(row(clerk, 'Yılmaz')).toContainText('ist da. Gefragt wird nach dem Eintreten.');

  // The citizen enters, talks to the clerk, and is asked. Until the yes the guest is in no room.
  await clickEnter(citizen.screen);
  await expectColour(clerk.page.locator('.tile.citizen video'), 'red');
  const question = citizen.screen.getByRole('region', { name: 'Herr Yılmaz möchte dazukommen' });
  await expect(question).toContainText('Dolmetscher/in');
  await expect(citizen.screen.locator('.guests [role=alert].only-heard')).toContainText(
    'Herr Yılmaz möchte dazukommen',
  );
  await expect(guest.getByRole('heading', { name: 'Wir haben Bescheid gesagt' })).toBeVisible();
  await expect(row(clerk, 'Yılmaz')).toContainText('wartet auf die Zustimmung');
  expect(await guest.locator('audio').count()).toBe(0);
  expect(await examine(guest)).toEqual([]);
  await shoot(guest, 'guest-waiting');
  expect(await examine(citizen.page)).toEqual([]);
  await shoot(citizen.page, 'guests-asked');
  await shoot(clerk.page, 'guests-waiting');

  // By keyboard alone.
  const yes = question.getByRole('button', { name: 'Zustimmen' });
  await yes.focus();
  await citizen.page.keyboard.press('Enter');
  await expect(question).toHaveCount(0);
  await expectColour(citizen.screen.locator('.tile.guest video'), 'green');
  await expectColour(clerk.page.locator('.tile.guest video'), 'green');
  await expectColour(guest.locator('.tile.citizen video'), 'red');
  await expectColour(guest.locator('.tile.clerk video'), 'blue');
  await expect(citizen.screen.locator('.tile.guest')).toContainText('Herr Yılmaz');
  await expect(citizen.screen.locator('.tile.guest')).toContainText('Dolmetscher/in');
  await expect(row(clerk, 'Yılmaz')).toContainText('im Gespräch');
  expect(await examine(citizen.page)).toEqual([]);
  expect(await examine(clerk.page)).toEqual([]);
  expect(await examine(guest)).toEqual([]);
  await guest.getByRole('button', { name: 'English' }).click(); // in the midst of it
  await expect(guest.getByRole('button', { name: 'Leave' })).toBeVisible();
  await expectColour(guest.locator('.tile.citizen video'), 'red');
  await guest.getByRole('button', { name: 'Deutsch' }).click();
  const [desk, list] = [clerk.page.locator('.visit'), row(clerk, 'Yılmaz')];
  await clerk.page.setViewportSize({ width: 1280, height: 900 });
  await desk.evaluate((e) => e.scrollTo(0, 0));
  const below = async () => ((await list.boundingBox())?.y ?? 0) + ((await list.boundingBox())?.height ?? 0);
  expect(await below()).toBeLessThanOrEqual(900); // who is inside, and how to silence them, without scrolling
  await shoot(citizen.page, 'guests-talk');
  await shoot(clerk.page, 'guests-talk-console');
  await shoot(guest, 'guest-talk');

  // Sound and picture are switched off by the clerk, and on again.
  await row(clerk, 'Yılmaz').getByRole('button', { name: 'Ton aus' }).click();
  await expect(guest.getByText('Ihr Ton ist von der Sachbearbeitung ausgeschaltet.')).toBeVisible();
  await expect(row(clerk, 'Yılmaz').getByRole('button', { name: 'Ton aus' })).toHaveAttribute('aria-pressed', 'true');
  await row(clerk, 'Yılmaz').getByRole('button', { name: 'Bild aus' }).click();
  await expect(guest.getByText('Ihr Bild ist von der Sachbearbeitung ausgeschaltet.')).toBeVisible();
  await expect(citizen.screen.locator('.tile.guest')).toContainText('Kamera aus');
  await row(clerk, 'Yılmaz').getByRole('button', { name: 'Bild aus' }).click();
  await expectColour(citizen.screen.locator('.tile.guest video'), 'green');

  // A reload finds the invitation again, without the link; the citizen is not asked twice.
  await guest.reload();
  await guest.getByRole('button', { name: 'Eintreten', exact: true }).click();
  await expectColour(guest.locator('.tile.citizen video'), 'red');
  await expectColour(citizen.screen.locator('.tile.guest video'), 'green');
  await expect(guest.getByText('Ihr Ton ist von der Sachbearbeitung ausgeschaltet.')).toBeVisible();

  // A second device takes over.
  const phone = await open(link);
  await expect(guest.getByRole('heading', { name: 'An anderer Stelle geöffnet' })).toBeVisible();
  await phone.getByRole('button', { name: 'Nur mit Ton eintreten' }).click();
  await expect(phone.locator('.tile.citizen')).toBeVisible();
  await expectColour(phone.locator('.tile.citizen video'), 'red');
  expect(await phone.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(1);

  // Removed: at once, and with a word.
  await row(clerk, 'Yılmaz').getByRole('button', { name: 'Entfernen' }).click();
  await expect(phone.getByRole('heading', { name: 'Die Einladung gilt nicht mehr' })).toBeVisible();
  await expect(citizen.screen.locator('.tile.guest')).toHaveCount(0);
  await expect(citizen.screen.locator('.tile.clerk')).toHaveCount(1);
  await expect(row(clerk, 'Yılmaz')).toHaveCount(0);
  await shoot(phone, 'guest-removed');
  await clerk.free();
  await citizen.page.context().close();
  await clerk.page.context().close();
});

test('declined, taken back, locked out, left, over: a word for each', async () => {
  test.setTimeout(150_000);
  const { clerk, citizen } = await called();
  await clickEnter(citizen.screen);
  await expectColour(clerk.page.locator('.tile.citizen video'), 'red');

  const first = await open(await invite(clerk, 'Frau Eins'));
  await first.getByRole('button', { name: 'Ich bin bereit' }).click();
  await citizen.screen.getByRole('button', { name: 'Ohne diese Person weiter: Frau Eins' }).click();
  await expect(first.getByRole('heading', { name: 'Diesmal ohne Sie' })).toBeVisible();
  await expect(row(clerk, 'Eins')).toContainText('abgelehnt');
  expect(await examine(first)).toEqual([]);

  const second = await open(await invite(clerk, 'Frau Zwei'));
  await second.getByRole('button', { name: 'Nur mit Ton' }).click();
  await citizen.screen.getByRole('button', { name: 'Zustimmen: Frau Zwei dazuholen' }).click();
  await expectColour(second.locator('.tile.citizen video'), 'red');
  await second.getByRole('button', { name: 'Verlassen' }).click();
  await expect(second.getByRole('heading', { name: 'Sie haben das Gespräch verlassen' })).toBeVisible();
  await expect(citizen.screen.locator('.tile.guest')).toHaveCount(0);
  await second.getByRole('button', { name: 'Wieder eintreten', exact: true }).click();
  await expectColour(citizen.screen.locator('.tile.guest video'), 'green');
  await citizen.screen.getByRole('button', { name: 'Frau Zwei nicht mehr dabeihaben' }).click();
  expect(await examine(citizen.page)).toEqual([]);
  await citizen.screen.getByRole('dialog').getByRole('button', { name: 'Ohne diese Person weiter' }).click();
  await expect(second.getByRole('heading', { name: 'Diesmal ohne Sie' })).toBeVisible();

  const third = await open(await invite(clerk, 'Frau Drei'));
  await clerk.page.getByRole('button', { name: 'Raum abschließen' }).click();
  await expect(third.getByRole('heading', { name: 'Der Raum ist gerade abgeschlossen' })).toBeVisible();
  await expect(clerk.page.getByText('Der Raum ist abgeschlossen.').first()).toBeVisible();
  await clerk.page.getByRole('button', { name: 'Raum abschließen' }).click();
  await third.getByRole('button', { name: 'Ich bin bereit' }).click();
  await expect(citizen.screen.getByRole('button', { name: 'Zustimmen: Frau Drei dazuholen' })).toBeVisible();
  await third.close(); // whoever has gone is not asked about
  await expect(citizen.screen.getByRole('button', { name: 'Zustimmen: Frau Drei dazuholen' })).toHaveCount(0);
  await expect(row(clerk, 'Drei')).toContainText('war da, die Seite ist zu');

  const fourth = await open(await invite(clerk, 'Frau Vier'));
  await expect(fourth.getByRole('heading', { name: 'Guten Tag, Frau Vier' })).toBeVisible();
  await clerk.free();
  await expect(fourth.getByRole('heading', { name: 'Das Gespräch ist zu Ende' })).toBeVisible();
  await citizen.page.context().close();
  await clerk.page.context().close();
});

test('a link that leads nowhere, none at all, and a browser that is too old', async () => {
  const unknown = await open(`${program.public}/g/#ABCDEFGHIJKLMNOPQRSTUVWXYZ`);
  await expect(unknown.getByRole('heading', { name: 'Diese Einladung kennen wir nicht' })).toBeVisible();
  expect(await examine(unknown)).toEqual([]);
  const none = await open(`${program.public}/g/`);
  await expect(none.getByRole('heading', { name: 'Hier fehlt der Link' })).toBeVisible();
  const context = await elsewhere.browser.newContext({ locale: 'en-GB' });
  await context.addInitScript(() => {
    Object.assign(window, { RTCPeerConnection: undefined });
  });
  const old = await open(`${program.public}/g/#ABCDEFGHIJKLMNOPQRSTUVWXYZ`, context);
  await expect(old.getByRole('heading', { name: /Your browser/ })).toBeVisible();
});
