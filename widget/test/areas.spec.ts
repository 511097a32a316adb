// The console's areas: a conversation and the bell go on behind them, and the way back is one click, by mouse or by keys.
import { expect, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch, loudest } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  await huber.button('Kamera und Mikrofon einschalten').click();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

const work = () => huber.page.getByRole('link', { name: /^Arbeitsplatz/ });

test('a conversation goes on behind an area, and is one click away', async () => {
  const { page } = huber;
  const citizen = await Citizen.visit(town.browser, program.town);
  await citizen.draw();
  await huber.button('Nächste Person aufrufen').click();
  await clickEnter(citizen.screen);
  await expectColour(page.locator('.tile.citizen video'), 'red');
  await page.getByRole('link', { name: 'Einbinden' }).click();
  await expect(page.locator('.workplace')).toBeHidden();
  await expect(work()).toContainText('im Gespräch');
  await expect.poll(() => loudest(page.locator('audio'))).toBeGreaterThan(0.05); // one still hears
  await expect.poll(() => loudest(citizen.screen.locator('audio'))).toBeGreaterThan(0.05); // and is heard
  await work().click();
  await expectColour(page.locator('.tile.citizen video'), 'red');

  await page.getByRole('link', { name: 'Einbinden' }).click();
  await page.keyboard.press('Control+Alt+KeyB'); // a shortcut leads back to what it asks
  await huber.inDialog('Beenden').click();
  await expect(page.getByRole('heading', { name: 'Kein Gespräch' })).toBeVisible();
  await citizen.close();
});

test('the bell rings in an area, and leads back', async () => {
  const { page } = huber;
  await page.getByRole('link', { name: 'Einbinden' }).click();
  const citizen = await Citizen.visit(town.browser, program.town);
  await citizen.draw();
  await expect(page.locator('.ringing')).toContainText('1 Person wartet.');
  await page.getByRole('link', { name: 'Zum Arbeitsplatz' }).click();
  await expect(page.locator('.tickets li')).toHaveCount(1);
  await huber.button('Ton aus bis zum Nächsten').click();
  await citizen.close();
});

test('on a narrow window the areas fold into a menu, and the way back never does', async () => {
  const { page } = huber;
  await page.setViewportSize({ width: 360, height: 740 });
  const menu = page.getByRole('button', { name: 'Bereiche' });
  const area = page.getByRole('link', { name: 'Einbinden' });
  await expect(area).toBeHidden();
  await menu.focus();
  await page.keyboard.press('Enter');
  await expect(menu).toHaveAttribute('aria-expanded', 'true');
  await area.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.workplace')).toBeHidden();
  await expect(menu).toHaveAttribute('aria-expanded', 'false');
  await expect(area).toBeHidden();
  await work().click();
  await expect(page.locator('.workplace')).toBeVisible();
  await menu.click();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveAttribute('aria-expanded', 'false');
  await expect(menu).toBeFocused();
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('the head has room for five areas, at every width and size of text', async () => {
  const page = await (await office.browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' })).newPage();
  await page.context().addCookies(await huber.page.context().cookies());
  await page.goto(program.console);
  const nav = page.getByRole('navigation');
  await expect(nav).toBeVisible();
  await nav.evaluate((element) => {
    for (const name of ['Verwaltung', 'Auswertung', 'Einbinden', 'Personal', 'Konto'].slice(
      element.children.length - 1,
    )) {
      const link = element.children[0]?.cloneNode() as HTMLAnchorElement;
      link.textContent = name;
      link.href = `#/${name}`;
      link.className = '';
      link.removeAttribute('aria-current');
      element.append(link);
    }
  });
  await expect(nav.getByRole('link')).toHaveCount(6);
  await shoot(page, 'desk-head');
  expect(await page.locator('.top').evaluate((e) => e.clientHeight)).toBeLessThanOrEqual(120);
  expect(await examine(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole('button', { name: 'Bereiche' }).click();
  expect(await examine(page)).toEqual([]);
  await page.context().close();
});
