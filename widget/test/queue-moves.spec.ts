// Every move of the queue as citizens see it: two clerks, three citizens. The clerks' half is desk-moves.spec.ts.
import { readFile } from 'node:fs/promises';
import { type Browser, expect, type FrameLocator, type Page, type Route, test } from '@playwright/test';
import type { CitizenTicket, MoveCode, TicketExport } from '../src/protocol.gen.ts';
import { settled } from './support/access.ts';
import { api, Citizen, Clerk, Crowd, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;
let maier: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber');
  maier = await Clerk.signIn(office.browser, program, 'maier');
  await huber.open();
  await maier.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const here: Citizen[] = [];
test.afterEach(async () => {
  for (const clerk of [huber, maier]) await clerk.free();
  for (const citizen of here.splice(0)) await citizen.close();
});

const slow = { timeout: 30_000 };

async function visit(browser: Browser = town.browser): Promise<Citizen> {
  const citizen = await Citizen.visit(browser, program.town);
  citizen.page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined)); // "leave this page?"
  here.push(citizen);
  return citizen;
}

/** So many citizens with numbers, in the order of their coming. */
async function queue(people: number): Promise<Citizen[]> {
  const citizens: Citizen[] = [];
  for (let i = 0; i < people; i++) {
    const citizen = await visit();
    await citizen.draw();
    await settled(citizen.page); // the frame grows, and what one aims at moves with it
    citizens.push(citizen);
  }
  return citizens;
}

const heading = (screen: FrameLocator | Page, name: string | RegExp) =>
  expect(screen.getByRole('heading', { name })).toBeVisible(slow);
const called = (citizen: Citizen) => heading(citizen.screen, /^Sie sind dran/);

/** What the clerk's call took out of the queue. */
const callBy = async (clerk: Clerk) => (await clerk.move('call')).office.current?.number;

test('priority, interpreter and contact person are said beforehand, and count', async () => {
  const [first, second, third] = (await queue(3)) as [Citizen, Citizen, Citizen];
  const numbers = await Promise.all([first, second, third].map(async (c) => (await c.ticket()).number));

  await third.screen.getByText('Angaben (freiwillig)').click();
  await expect(third.screen.getByLabel('Ich bitte um Vorrang')).toBeVisible();
  await settled(third.page);
  await third.screen.getByLabel('Ich bitte um Vorrang').click(); // the server's answer checks it
  await heading(third.screen, 'Sie sind als Nächstes dran.');
  await heading(first.screen, 'Vor Ihnen ist noch 1 Person.');
  await third.screen.getByLabel('Brauchen Sie jemanden, der übersetzt?').selectOption({ label: 'Türkisch (Türkçe)' });
  await expect.poll(async () => (await third.ticket()).interpreter).toBe('tr');

  await second.screen.getByText('Angaben (freiwillig)').click();
  await expect(second.screen.getByLabel('Ich bitte um Vorrang')).toBeVisible();
  await settled(second.page);
  const persons = second.screen.getByRole('group', { name: 'Mit wem möchten Sie sprechen?' });
  await expect(persons.getByRole('radio').first()).toBeChecked(); // anybody
  await expect(persons.getByText(/^frei · vor Ihnen \d/).first()).toBeVisible();
  await persons.getByLabel('Herr Maier').click();
  await expect.poll(async () => (await second.ticket()).wants).toBeTruthy();

  const { current } = (await huber.move('call')).office;
  expect(current).toMatchObject({ number: numbers[2], priority: true, interpreter: 'tr' });
  await huber.free();
  await first.move('leave');
  await third.move('leave');
  await expect(huber.move('call')).rejects.toThrow(/nobody_ready/); // the second waits for somebody else
  expect(await callBy(maier)).toBe(numbers[1]);
  await called(second);

  // A reload shows what was said.
  await second.page.reload();
  await called(second);
  expect((await second.ticket()).wants).toBeTruthy();
});

test('away for a moment: passed over, with the place kept, and back by the same button', async () => {
  const [first, second] = (await queue(2)) as [Citizen, Citizen];
  const [a, b] = [(await first.ticket()).number, (await second.ticket()).number];
  await first.screen.getByRole('button', { name: 'Gleich wieder da' }).click();
  await expect(first.screen.getByText(/^Sie sind kurz weg\. Wir rufen Sie nicht auf/).first()).toBeVisible();
  expect(await callBy(huber)).toBe(b);
  await first.page.reload(); // still away
  await first.screen.getByRole('button', { name: 'Ich bin wieder da' }).click();
  await expect(first.screen.getByRole('button', { name: 'Gleich wieder da' })).toBeFocused();
  expect(await callBy(maier)).toBe(a);
  await called(first);
});

test('a message of the office reaches all who wait, with its time, and goes again', async () => {
  const [first, second] = (await queue(2)) as [Citizen, Citizen];
  await huber.tell('Es dauert heute 10 Minuten länger.');
  const message = /^Nachricht von Hauptamt, \d\d:\d\d Uhr: Es dauert heute 10 Minuten länger\.$/;
  for (const { screen } of [first, second]) {
    await expect(screen.locator('.message').getByText(message)).toBeVisible();
    await expect(screen.locator('.citizen > [role=status]')).toContainText('10 Minuten länger');
  }
  await first.page.reload();
  await expect(first.screen.locator('.message')).toContainText('10 Minuten länger');
  await huber.tell('');
  await expect(first.screen.locator('.message')).toHaveCount(0);
});

test('handed over to another office: who did it, same number, and on it goes there', async () => {
  const bauamt = await Clerk.signIn(office.browser, program, 'maier');
  await bauamt.open('Bauamt');
  const [citizen] = (await queue(1)) as [Citizen];
  const { number } = await citizen.ticket();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible();
  await huber.transfer('Bauamt', 'Braucht einen Lageplan');
  const words = 'Hauptamt hat Sie weitergeleitet: Bauamt übernimmt. Ihre Nummer und Ihre Wartezeit gelten weiter.';
  await expect(citizen.screen.getByText(words).last()).toBeVisible();
  await expect(citizen.screen.locator('.citizen > [role=status]')).toContainText(words);
  await expect(citizen.screen.getByText(number, { exact: true })).toBeVisible();
  expect(JSON.stringify(await citizen.ticket())).not.toContain('Lageplan'); // the note is for the clerk
  await citizen.page.reload();
  await expect(citizen.screen.getByText(words).last()).toBeVisible();
  await bauamt.move('call');
  await called(citizen);
  await bauamt.free();
  await bauamt.move('close');
  await bauamt.page.context().close();
});

/** What the page does to be noticed: tones and vibration, noted in every frame before our program runs. */
async function noteBell(citizen: Citizen): Promise<() => Promise<{ buzzes: number; longest: number }>> {
  await citizen.page.addInitScript(() => {
    const noted = { buzzes: 0, longest: 0 };
    Object.assign(window, { noted });
    navigator.vibrate = (pattern) => {
      if (pattern) noted.buzzes++;
      return true;
    };
    const stop = OscillatorNode.prototype.stop;
    OscillatorNode.prototype.stop = function (at) {
      noted.longest = Math.max(noted.longest, (at ?? 0) - this.context.currentTime);
      return stop.call(this, at);
    };
  });
  await citizen.page.reload();
  return () =>
    citizen.frame.evaluate(() => (window as unknown as { noted: { buzzes: number; longest: number } }).noted);
}

test('the bell: sound, title and vibration, silenced by a click, and again when the clerk calls again', async () => {
  const citizen = await visit();
  const noted = await noteBell(citizen);
  const title = await citizen.page.title();
  await citizen.draw();
  await huber.move('call');
  await called(citizen);
  await expect(citizen.page).toHaveTitle(/^Sie sind dran – H \d+$/);
  await expect.poll(async () => (await noted()).longest).toBeGreaterThan(0);
  expect((await noted()).longest).toBeLessThan(3); // seconds
  await citizen.screen.getByRole('button', { name: 'Ton aus' }).click();
  await expect(citizen.screen.getByRole('button', { name: 'Ton aus' })).toHaveCount(0);
  const before = (await noted()).buzzes;
  expect(before).toBeGreaterThan(0);
  await huber.move('recall');
  await expect(citizen.screen.getByRole('button', { name: 'Ton aus' })).toBeVisible();
  await expect(citizen.screen.locator('.citizen > [role=alert]')).toContainText('Wir rufen Sie noch einmal auf');
  expect((await noted()).buzzes).toBeGreaterThan(before);
  await expect(citizen.screen.getByText('Wir haben Sie schon 1-mal aufgerufen.')).toBeVisible();

  // "Ich brauche mehr Zeit" silences it, and the place is kept.
  await citizen.screen.getByRole('button', { name: 'Ich brauche mehr Zeit' }).click();
  await heading(citizen.screen, 'Sie sind als Nächstes dran.');
  await expect(citizen.page).toHaveTitle(title);
});

test('without sound by the citizen’s own wish: the call is seen and felt', async () => {
  const citizen = await visit();
  const noted = await noteBell(citizen);
  await citizen.draw();
  await citizen.screen.getByText('Ton und Ansagen').click();
  const volume = citizen.screen.getByLabel('Lautstärke des Hinweis-Tons');
  await volume.focus();
  await citizen.page.keyboard.press('Home');
  await expect(citizen.screen.getByText('Ohne Ton: Wir rufen Sie nur sichtbar auf.')).toBeVisible();
  await citizen.frame.evaluate(() => Object.assign((window as unknown as { noted: object }).noted, { longest: 0 }));
  await huber.move('call');
  await called(citizen);
  await expect.poll(async () => (await noted()).buzzes).toBeGreaterThan(0);
  expect((await noted()).longest).toBe(0);
});

test('in a window of our own the browser may notify; it is asked on a click only, and never in a frame', async () => {
  const [framed] = (await queue(1)) as [Citizen];
  await framed.screen.getByText('Ton und Ansagen').click();
  await expect(framed.screen.getByText(/^Einen Hinweis Ihres Browsers gibt es nur/)).toBeVisible();
  await framed.move('leave');

  const page = await (await town.browser.newContext({ locale: 'de-DE' })).newPage();
  await page.addInitScript(() => {
    const noted = { asked: 0, shown: [] as string[], closed: 0 };
    class Noted {
      static permission = 'default';
      static async requestPermission() {
        noted.asked++;
        Noted.permission = 'granted';
        return 'granted';
      }
      constructor(title: string) {
        noted.shown.push(title);
      }
      close() {
        noted.closed++;
      }
    }
    Object.assign(window, { noted, Notification: Noted });
    document.hasFocus = () => false; // the citizen looks at another window
  });
  const noted = () =>
    page.evaluate(() => (window as unknown as { noted: { asked: number; shown: string[]; closed: number } }).noted);
  await page.goto(`${program.public}/v/musterstadt`);
  await page.getByRole('button', { name: 'Nummer ziehen: Hauptamt' }).click();
  await expect(page.locator('.paper-number')).toBeVisible();
  expect((await noted()).asked).toBe(0);
  await page.getByText('Ton und Ansagen').click();
  await page.getByRole('button', { name: 'Hinweis des Browsers erlauben' }).click();
  await expect(page.getByText(/^Ihr Browser zeigt einen Hinweis, wenn Sie dran sind/)).toBeVisible();
  await huber.move('call');
  await heading(page, /^Sie sind dran/);
  expect(await noted()).toMatchObject({
    asked: 1,
    shown: [expect.stringMatching(/^Sie sind dran – H \d+$/)],
    closed: 0,
  });
  await page.getByRole('button', { name: 'Ich brauche mehr Zeit' }).click();
  await expect.poll(async () => (await noted()).closed).toBe(1);
  await api(page, 'POST', '/api/v1/ticket/leave');
  await page.context().close();
});

/** Opens the dialog and reads the address as the phone's camera would. */
async function moveAddress(citizen: Citizen, button = 'Mit dem Telefon weitermachen'): Promise<string> {
  await citizen.screen.getByRole('button', { name: button }).click();
  const dialog = citizen.screen.getByRole('dialog', { name: 'Mit dem Telefon weitermachen' });
  await expect(dialog.getByRole('img', { name: 'QR-Code mit der Adresse für Ihr Telefon' })).toBeVisible();
  await expect(dialog.getByRole('timer')).toHaveText(/^(10:00|09:5\d)$/);
  return (await dialog.locator('code').textContent()) ?? '';
}

async function phone(): Promise<Page> {
  const page = await (
    await town.browser.newContext({ locale: 'de-DE', viewport: { width: 360, height: 740 } })
  ).newPage();
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  return page;
}

test('waiting moves to the phone: same place there, this page says so and can do nothing any more', async () => {
  const [first, citizen] = (await queue(2)) as [Citizen, Citizen];
  const { number } = await citizen.ticket();
  const address = await moveAddress(citizen);
  expect(address).toMatch(new RegExp(`^${program.public}/v/musterstadt#[\\w-]{16,}$`));
  const other = await phone();
  await other.goto(address);
  await expect(other.getByText(number, { exact: true })).toBeVisible();
  await heading(other, 'Vor Ihnen ist noch 1 Person.');
  expect(other.url()).not.toContain('#');

  await heading(citizen.screen, 'Ihre Nummer ist jetzt auf Ihrem anderen Gerät');
  await expect(citizen.screen.getByRole('link', { name: '0123 45 67-0' })).toBeVisible();
  await expect(api(citizen.frame, 'GET', '/api/v1/ticket')).rejects.toThrow(/410.*ticket_moved/);
  expect(await citizen.page.evaluate(() => localStorage.length)).toBe(0);
  await citizen.screen.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await expect(citizen.card().getByRole('button', { name: 'Nummer ziehen' })).toBeFocused();

  // The code was good once.
  const thief = await phone();
  await thief.goto(address);
  await expect(thief.getByText(/^Dieser Link wurde schon benutzt/)).toBeVisible();
  await thief.context().close();

  await first.move('leave');
  await huber.move('call');
  await heading(other, /^Sie sind dran/);
  await other.reload(); // the phone keeps it
  await heading(other, /^Sie sind dran/);
  await clickEnter(other);
  await expect(other.getByLabel(/^Frau Huber/)).toBeVisible();
  await other.context().close();
});

test('a page that was closed while its number moved says so when it is opened again', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  const { url } = await api<MoveCode>(citizen.frame, 'POST', '/api/v1/ticket/move-code');
  await citizen.page.goto('about:blank');
  const other = await phone();
  await other.goto(url);
  await expect(other.locator('.paper-number')).toBeVisible();
  await citizen.page.goto(program.town);
  await heading(citizen.screen, 'Ihre Nummer ist jetzt auf Ihrem anderen Gerät');
  await citizen.screen.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await citizen.draw(); // a new one is possible
  await api(other, 'POST', '/api/v1/ticket/leave');
  await other.context().close();
});

test('a code that has run out says so, and a click brings a new one', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  const short = async (route: Route) => {
    const answer = await route.fetch();
    const code = (await answer.json()) as MoveCode;
    await route.fulfill({ json: { ...code, until: new Date(Date.now() + 2000).toISOString() } });
  };
  await citizen.page.route(/move-code$/, short, { times: 1 });
  await citizen.screen.getByRole('button', { name: 'Mit dem Telefon weitermachen' }).click();
  const dialog = citizen.screen.getByRole('dialog');
  await expect(dialog.getByText('Dieser Code ist abgelaufen. Ihr Platz bleibt erhalten.')).toBeVisible();
  await expect(dialog.getByRole('img')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Neuen Code holen' }).click();
  await expect(dialog.getByRole('group', { name: 'So geht es' })).toBeFocused();

  // A call must not be missed because of the dialog.
  await huber.move('call');
  await expect(dialog.getByRole('alert')).toContainText('Sie sind dran mit der Nummer');
  await citizen.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await citizen.page.keyboard.press('Tab');
  await expect(citizen.screen.getByRole('button', { name: 'Eintreten', exact: true })).toBeFocused();
});

test('a conversation moves to the phone: one click there, and both see each other again', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible();
  const address = await moveAddress(citizen, 'Aufs Telefon');
  const other = await phone();
  await other.goto(address);
  await heading(other, 'Ihr Gespräch läuft');
  await heading(citizen.screen, 'Ihre Nummer ist jetzt auf Ihrem anderen Gerät');
  await clickEnter(other);
  await expect(other.getByLabel(/^Frau Huber/)).toBeVisible(slow);
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  await huber.move('finish');
  await heading(other, 'Vielen Dank für Ihren Besuch');
  await other.context().close();
});

async function mine(citizen: Citizen, button: string): Promise<void> {
  await citizen.screen.getByText('Meine Daten', { exact: true }).click();
  await settled(citizen.page); // the frame grows, and what one aims at moves with it
  await citizen.screen.getByRole('button', { name: button }).click();
}

test('own data: taken along as a file, deleted at once while waiting', async () => {
  const [first, citizen] = (await queue(2)) as [Citizen, Citizen];
  const { number } = await citizen.ticket();
  const [download] = await Promise.all([
    citizen.page.waitForEvent('download'),
    mine(citizen, 'Als Datei herunterladen'),
  ]);
  expect(download.suggestedFilename()).toBe(`meine-daten-${number.replace(' ', '-')}.json`);
  const file = JSON.parse(await readFile(await download.path(), 'utf8')) as TicketExport;
  expect(JSON.stringify(file.ticket)).toContain(number);
  await expect(citizen.screen.getByText(/^Gespeichert als meine-daten-/)).toBeVisible();

  await citizen.screen.getByRole('button', { name: 'Jetzt alles löschen' }).click();
  const dialog = citizen.screen.getByRole('dialog', { name: 'Wirklich alles löschen?' });
  await expect(dialog.getByRole('button', { name: 'Nicht löschen' })).toBeFocused();
  await citizen.page.keyboard.press('Escape');
  expect((await citizen.ticket()).number).toBe(number);
  await citizen.screen.getByRole('button', { name: 'Jetzt alles löschen' }).click();
  await dialog.getByRole('button', { name: 'Jetzt alles löschen' }).click();
  await heading(citizen.screen, 'Ihre Daten sind gelöscht');
  await expect(api(citizen.frame, 'GET', '/api/v1/ticket')).rejects.toThrow(/401/);
  expect(await citizen.page.context().cookies(program.public)).toEqual([]);
  expect(await callBy(huber)).toBe((await first.ticket()).number);
  await expect(maier.move('call')).rejects.toThrow(/nobody_waiting/);
  await citizen.screen.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await expect(citizen.card().getByRole('button', { name: 'Nummer ziehen' })).toBeFocused();
});

test('own data: deleted on the last page, when the conversation is over', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  await huber.move('call');
  await citizen.move('enter');
  await huber.move('finish');
  await heading(citizen.screen, 'Vielen Dank für Ihren Besuch');
  await mine(citizen, 'Jetzt alles löschen');
  await citizen.screen.getByRole('dialog').getByRole('button', { name: 'Jetzt alles löschen' }).click();
  await heading(citizen.screen, 'Ihre Daten sind gelöscht');
  await expect(api(citizen.frame, 'GET', '/api/v1/ticket')).rejects.toThrow(/401/);
});

test('missed: how long one may return, once; leaving leads back to the office’s card', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  for (let call = 0; call < 3; call++) {
    await huber.move('call');
    await huber.move('lapse');
  }
  await heading(citizen.screen, 'Wir haben Sie leider nicht erreicht');
  await expect(citizen.screen.getByRole('timer')).toHaveText(/^(30:00|29:\d\d)$/);
  await expect(citizen.screen.getByRole('link', { name: '0123 45 67-0' })).toBeVisible();
  await citizen.screen.getByRole('button', { name: 'Wieder anstellen' }).click();
  await heading(citizen.screen, 'Sie sind als Nächstes dran.');
  await citizen.screen.getByRole('button', { name: 'Platz abgeben' }).click();
  await citizen.screen.getByRole('dialog').getByRole('button', { name: 'Platz abgeben' }).click();
  await heading(citizen.screen, 'Sie haben Ihren Platz abgegeben');
  await citizen.screen.getByRole('button', { name: 'Zurück zu den Büros' }).click();
  await expect(citizen.card().getByRole('button', { name: 'Nummer ziehen' })).toBeFocused();
});

/** Notes every change in any live region, and whether the two regions stay the same elements. */
async function noteRegions(citizen: Citizen) {
  await citizen.frame.evaluate(() => {
    const said: string[] = [];
    const live = '[role=status], [role=alert], [aria-live]:not([aria-live=off])';
    const regions = [...document.querySelectorAll('.citizen > [role=status], .citizen > [role=alert]')];
    Object.assign(window, { said, regions });
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const parts = [target, ...addedNodes].map((n) => (n instanceof Element ? n : n.parentElement));
        for (const part of parts) if (part?.closest(live)) said.push(part.closest(live)?.textContent ?? '');
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () =>
    citizen.frame.evaluate(() => {
      const { said, regions } = window as unknown as { said: string[]; regions: Element[] };
      return { said: said.splice(0), same: regions.length === 2 && regions.every((r) => r.isConnected) };
    });
}

test('announcements: none of five new places under "only the call" (A21); else one for each, and "soon" once (A22)', async () => {
  const crowd = await Crowd.draw(program, 10, huber.officeId());
  const [citizen] = (await queue(1)) as [Citizen];
  await heading(citizen.screen, 'Vor Ihnen sind noch 10 Personen.');
  await citizen.screen.getByText('Ton und Ansagen').click();
  const mode = citizen.screen.getByLabel('Ansagen für Vorlese-Programme');
  await mode.selectOption('call');
  const noted = await noteRegions(citizen);
  for (const left of [9, 8, 7, 6, 5]) {
    await crowd.leave();
    await heading(citizen.screen, `Vor Ihnen sind noch ${left} Personen.`);
  }
  expect(await noted()).toEqual({ said: [], same: true });

  await mode.selectOption('all');
  for (const left of [4, 3, 2]) {
    await crowd.leave();
    await heading(citizen.screen, `Vor Ihnen sind noch ${left} Personen.`);
  }
  await crowd.leave();
  await heading(citizen.screen, 'Vor Ihnen ist noch 1 Person.');
  const { said, same } = await noted();
  expect(same).toBe(true);
  expect(said.map((text) => text.slice(0, 16))).toEqual([
    'Vor Ihnen sind n',
    'Vor Ihnen sind n',
    'Vor Ihnen sind n',
    'Vor Ihnen ist no',
  ]);
  expect(said.filter((text) => text.includes('Gleich sind Sie dran.'))).toHaveLength(1);
  await crowd.close();
});

test('a view that says nothing new is not said again', async () => {
  const [citizen] = (await queue(1)) as [Citizen];
  const noted = await noteRegions(citizen);
  await citizen.screen.getByText('Angaben (freiwillig)').click();
  const { revision } = await citizen.ticket();
  const crowd = await Crowd.draw(program, 2, huber.officeId()); // behind this one
  const now = async () => (await citizen.ticket()) as CitizenTicket;
  await expect.poll(async () => (await now()).revision).toBeGreaterThan(revision);
  await crowd.close();
  expect((await noted()).said.filter((text) => text.includes('Nächstes dran'))).toEqual([]);
});
