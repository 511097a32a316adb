// The whole trip by keyboard alone, on both sides.
import { expect, type Frame, type Page, test } from '@playwright/test';
import { Citizen, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let town: Launched;
let office: Launched;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

interface Focus {
  name: string;
  /** Width of the ring; 0: none is seen. */
  ring: number;
}

/** What has the focus, through frames and shadow roots. */
async function focus(page: Page): Promise<Focus> {
  const here = (frame: Frame | Page) =>
    frame.evaluate(() => {
      let e = document.activeElement;
      while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
      if (!e || e === document.body) return { name: '', ring: 0, frame: false };
      const style = getComputedStyle(e);
      const label = (e as HTMLInputElement).labels?.[0]?.textContent;
      return {
        name: (e.getAttribute('aria-label') ?? label ?? e.textContent ?? '').trim(),
        ring: style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth),
        frame: e.tagName === 'IFRAME',
      };
    });
  const outer = await here(page);
  const inner = page.frames().find((f) => /\/f\/[^/]+\/$/.test(f.url()));
  return outer.frame && inner ? here(inner) : outer;
}

/** Presses Tab until the element of this name has the focus. Each stop on the way must show that it has it. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press(key);
    const now = await focus(page);
    if (now.name) expect(now.ring, `visible focus on "${now.name}"`).toBeGreaterThanOrEqual(2);
    if (typeof name === 'string' ? now.name === name : name.test(now.name)) return;
    seen.push(now.name);
  }
  throw new Error(`Tab does not lead to ${name}, but to ${seen.join(' | ')}`);
}

/** Where the focus is, once it has got there. */
const expectFocus = (page: Page, name: string | RegExp) =>
  expect.poll(async () => (await focus(page)).name, { message: 'focus' }).toMatch(name);

test('both sides use nothing but keys', async () => {
  const login = program.clerks.find((c) => c.mail.startsWith('huber'));
  if (!login) throw new Error('no clerk');
  const clerk = await (await office.browser.newContext({ locale: 'de-DE' })).newPage();

  await test.step('the clerk signs in and opens the desk', async () => {
    await clerk.goto(program.console);
    await expectFocus(clerk, 'E-Mail-Adresse');
    await clerk.keyboard.type(login.mail);
    await tabTo(clerk, 'Passwort');
    await clerk.keyboard.type(login.password);
    await clerk.keyboard.press('Enter');
    await expect(clerk.locator('.counters')).toBeVisible();
    await expect(clerk.getByRole('button', { name: 'Öffnen: Hauptamt' })).toBeEnabled(); // its socket is there
    await tabTo(clerk, 'Öffnen: Hauptamt');
    await clerk.keyboard.press('Enter');
    await expect(clerk.getByRole('button', { name: 'Pause: Hauptamt' })).toBeVisible();
    await tabTo(clerk, 'Pause: Hauptamt');
    await clerk.keyboard.press('Enter');
    await expect(clerk.getByRole('dialog')).toBeVisible();
    await clerk.keyboard.press('Escape');
    await expect(clerk.getByRole('dialog')).toHaveCount(0);
    await expectFocus(clerk, 'Pause: Hauptamt');
  });

  const citizen = await Citizen.visit(town.browser, program.town);
  const { page, screen } = citizen;

  await test.step('board: through the cards, to the next link of the page and back', async () => {
    await expect(citizen.card().getByRole('button', { name: 'Nummer ziehen' })).toBeVisible({ timeout: 30_000 });
    await tabTo(page, /^Nummer ziehen/);
    await tabTo(page, 'English');
    await tabTo(page, '0123 45 67-0'); // of the town
    await tabTo(page, /^Nummer ziehen/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(screen.locator('.paper-number')).toBeVisible();
  });

  await test.step('waiting: in, through, out and back in', async () => {
    await tabTo(page, 'Hinweis-Ton testen');
    await tabTo(page, 'Angaben (freiwillig)');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Worum geht es?');
    await page.keyboard.type('Ausweis');
    await tabTo(page, 'Datenschutz'); // of the board, behind the frame
    await tabTo(page, 'Worum geht es?', 'Shift+Tab');
    await expect(clerk.locator('.tickets li')).toContainText('Ausweis');
    await tabTo(page, 'Kamera und Mikrofon prüfen', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(screen.getByText('Kamera bereit')).toBeVisible();
    await page.keyboard.press('Escape'); // leaves the frame
    await expectFocus(page, '0123 45 67-0'); // of the board, behind it
    await tabTo(page, 'Platz abgeben', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Platz behalten');
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      const { name } = await focus(page);
      expect(['Platz behalten', 'Platz abgeben', '']).toContain(name); // '': the browser's own bars
    }
    await page.keyboard.press('Escape');
    await expectFocus(page, 'Platz abgeben');
  });

  await test.step('called: the focus stays where somebody types, the next Tab leads to the button', async () => {
    await tabTo(page, /^Wie dürfen wir/);
    await page.keyboard.type('Frau ');
    await clerk.keyboard.press('Control+Alt+KeyA');
    await expect(screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
    await page.keyboard.type('Berger');
    await expect(screen.getByLabel('Wie dürfen wir Sie ansprechen?')).toHaveValue('Frau Berger');
    await page.keyboard.press('Enter');
    await expect(clerk.getByText('Frau Berger').first()).toBeVisible();
    await page.keyboard.press('Tab');
    await expectFocus(page, 'Eintreten');
    expect((await focus(page)).ring).toBeGreaterThanOrEqual(2);
    await page.keyboard.press('Enter');
    await expect(screen.getByLabel(/^Frau Huber/)).toBeVisible();
  });

  await test.step('conversation: mute, ask to leave, stay', async () => {
    await tabTo(page, 'Mikrofon an');
    await page.keyboard.press('Space');
    await expect(clerk.locator('.tile.citizen')).toContainText('stumm');
    await page.keyboard.press('Space');
    await tabTo(page, 'Großes Fenster');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Kleines Fenster');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Großes Fenster');
    await tabTo(page, 'Verlassen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Im Gespräch bleiben');
    await page.keyboard.press('Escape');
    await expect(screen.getByRole('dialog')).toHaveCount(0);
    await expectFocus(page, 'Verlassen');
  });

  await test.step('the clerk ends it, and the focus goes on', async () => {
    await tabTo(clerk, /^Gespräch beenden/);
    await clerk.keyboard.press('Enter');
    await expect(clerk.getByRole('dialog')).toBeVisible();
    await clerk.keyboard.press('Enter'); // the focus is on the deed, for the question has been asked
    await expect(clerk.getByRole('dialog')).toHaveCount(0);
    await expectFocus(clerk, 'Kein Gespräch');
    await expectFocus(page, 'Vielen Dank für Ihren Besuch');
    await tabTo(page, 'Zurück zu den Büros');
    await page.keyboard.press('Enter');
    await expectFocus(page, /^Nummer ziehen/); // the card that was left
    await tabTo(page, 'English');
  });
});

test('a citizen says, moves and deletes all by keys', async () => {
  const huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  const citizen = await Citizen.visit(town.browser, program.town);
  const { page, screen } = citizen;
  await citizen.draw();

  await test.step('what is said beforehand', async () => {
    await tabTo(page, 'Angaben (freiwillig)');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Egal, wer');
    await page.keyboard.press('ArrowDown');
    await expect(screen.getByLabel('Frau Huber')).toBeChecked();
    await expect.poll(async () => (await citizen.ticket()).wants).toBeTruthy();
    await expectFocus(page, 'Frau Huber');
    await tabTo(page, 'Ich bitte um Vorrang');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await citizen.ticket()).priority).toBe(true);
    await tabTo(page, 'Brauchen Sie jemanden, der übersetzt?');
    await page.keyboard.type('Deutsche G');
    await expect.poll(async () => (await citizen.ticket()).interpreter).toBe('dgs');
  });

  await test.step('away and back', async () => {
    await tabTo(page, 'Gleich wieder da', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Ich bin wieder da');
    await expect(screen.getByRole('button', { name: 'Ich bin wieder da' })).not.toHaveAttribute('aria-busy');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Gleich wieder da');
  });

  await test.step('the dialog for the phone holds the focus, and gives it back', async () => {
    await tabTo(page, 'Mit dem Telefon weitermachen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'So geht es'); // the code and the steps
    await page.keyboard.press('Shift+Tab');
    await expectFocus(page, 'Schließen');
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('Tab');
      expect(['Adresse kopieren', 'Schließen', '']).toContain((await focus(page)).name); // '': the browser's own bars
    }
    await page.keyboard.press('Escape');
    await expectFocus(page, 'Mit dem Telefon weitermachen');
  });

  await test.step('volume, and own data: kept, then deleted; back at the card', async () => {
    await tabTo(page, 'Ton und Ansagen');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Lautstärke des Hinweis-Tons');
    await page.keyboard.press('ArrowLeft');
    await expect(screen.getByLabel('Lautstärke des Hinweis-Tons')).toHaveValue('90');
    await tabTo(page, 'Meine Daten');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Jetzt alles löschen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Nicht löschen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Jetzt alles löschen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Nicht löschen');
    await tabTo(page, 'Jetzt alles löschen');
    await page.keyboard.press('Enter');
    await expectFocus(page, 'Ihre Daten sind gelöscht');
    await tabTo(page, 'Zurück zu den Büros');
    await page.keyboard.press('Enter');
    await expectFocus(page, /^Nummer ziehen/);
  });
  await citizen.page.context().close();
  await huber.move('close');
});
