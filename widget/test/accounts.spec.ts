// Accounts from the clerk's side: an invitation, a second step, a passkey, the sessions, the staff list.
import { createHmac } from 'node:crypto';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let browser: Browser;
let close: () => Promise<void>;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  ({ browser, close } = await launch('blue'));
});
test.afterAll(async () => {
  await close();
  await program.stop();
});

/** The code that an authenticator app shows for a key, RFC 6238. */
function codeOf(secret: string, at = Date.now()): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/\s/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return ((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0');
}

async function fresh(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(program.console);
  return { context, page };
}

async function signIn(page: Page, mail: string, password: string): Promise<void> {
  await page.getByLabel('E-Mail-Adresse').fill(mail);
  await page.getByLabel('Passwort', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
}

const login = (who: string) => program.clerks.find((c) => c.mail.startsWith(who)) ?? { mail: '', password: '' };

test('an invitation leads to a password, a second step and the workplace', async () => {
  const { context, page } = await fresh();
  await expect(page.getByLabel('E-Mail-Adresse')).toHaveAttribute('autocomplete', 'username');
  expect(await examine(page)).toEqual([]);
  await signIn(page, login('huber').mail, login('huber').password);
  await expect(page.locator('.counters')).toBeVisible();
  await page.goto(`${program.console}/#/administration/staff`);
  await expect(page.getByRole('heading', { name: 'Personal', exact: true })).toBeVisible();
  await shoot(page, 'staff');
  expect(await examine(page)).toEqual([]);
  await page.getByRole('button', { name: 'Person einladen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('E-Mail-Adresse').fill('neu@musterstadt.example');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Frau Neu');
  await dialog.getByLabel('Hauptamt').check();
  expect(await examine(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Einladen' }).click();
  const link = await page.getByRole('dialog').getByLabel('Link', { exact: true }).inputValue();
  expect(link).toContain('/#/invitation/');
  await page.getByRole('button', { name: 'Fertig' }).click();
  await expect(page.getByText('neu@musterstadt.example')).toBeVisible();
  await page.getByLabel('Zweiter Schritt ist Pflicht').check();
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(page.getByText('Gespeichert.')).toBeVisible();

  const other = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' });
  const guest = await other.newPage();
  await guest.goto(link);
  await expect(guest.getByRole('heading', { name: 'Willkommen, Frau Neu' })).toBeVisible();
  expect(guest.url()).not.toContain(link.split('/').at(-1) ?? '');
  await shoot(guest, 'invitation');
  expect(await examine(guest)).toEqual([]);
  const field = guest.getByLabel('Neues Passwort');
  await expect(field).toHaveAttribute('autocomplete', 'new-password');
  await field.fill('Passwort1');
  await expect(guest.getByText('Lang genug.')).toBeVisible();
  await guest.getByRole('button', { name: 'Passwort festlegen' }).click();
  await expect(guest.getByRole('alert')).toContainText('erraten viele');
  await field.fill('im Rathaus wohnt ein Igel');
  await guest.getByRole('button', { name: 'Passwort festlegen' }).click();

  await expect(guest.getByRole('heading', { name: 'Zweiten Schritt einrichten' })).toBeVisible();
  await guest.getByRole('button', { name: 'App einrichten' }).click();
  await shoot(guest, 'enrol');
  expect(await examine(guest)).toEqual([]);
  const secret = (await guest.locator('code.secret').textContent()) ?? '';
  await guest.getByLabel('Code aus Ihrer App').fill(codeOf(secret));
  await guest.getByRole('button', { name: 'Code prüfen' }).click();
  await expect(guest.locator('.counters')).toBeVisible();

  // And again, by its code; the first step alone opens nothing.
  await guest.getByRole('button', { name: 'Abmelden' }).click();
  await signIn(guest, 'neu@musterstadt.example', 'im Rathaus wohnt ein Igel');
  const code = guest.getByLabel('Code aus Ihrer App');
  await expect(code).toHaveAttribute('autocomplete', 'one-time-code');
  await expect(code).toBeFocused();
  await shoot(guest, 'step');
  expect(await examine(guest)).toEqual([]);
  const half = await guest.evaluate(async () => (await fetch('/api/v1/console/account/sessions')).status);
  expect(half).toBe(403);
  await code.fill('000000');
  await guest.getByRole('button', { name: 'Weiter' }).click();
  await expect(guest.getByRole('alert')).toContainText('stimmt nicht');
  await code.fill(codeOf(secret, Date.now() + 30_000)); // the next one: that of setting up is used
  await guest.getByRole('button', { name: 'Weiter' }).click();
  await expect(guest.locator('.counters')).toBeVisible();

  // The administrator sends everybody out again.
  await page.reload();
  await page.getByRole('button', { name: 'Ändern: Frau Neu' }).click();
  await page.getByLabel('Gesperrt').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Speichern' }).click();
  await expect(guest.getByRole('heading', { name: 'Anmelden' })).toBeVisible();
  await page.getByLabel('Zweiter Schritt ist Pflicht').uncheck();
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(page.locator('form').getByText('Gespeichert.')).toBeVisible();
  await other.close();
  await context.close();
});

test('a passkey is set up, and is the second step', async () => {
  const { context, page } = await fresh();
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await signIn(page, login('maier').mail, login('maier').password);
  await expect(page.locator('.counters')).toBeVisible();
  await page.goto(`${program.console}/#/account`);
  await expect(page.getByRole('heading', { name: 'Mein Konto' })).toBeVisible();
  await expect(page.getByText('dieser Browser')).toBeVisible();
  await shoot(page, 'account');
  expect(await examine(page)).toEqual([]);
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  await page.getByRole('dialog').getByLabel('Jetziges Passwort').fill('falsch falsch');
  await page.getByRole('button', { name: 'Bestätigen' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Passwort stimmt nicht');
  await page.getByRole('dialog').getByLabel('Jetziges Passwort').fill(login('maier').password);
  await page.getByRole('button', { name: 'Bestätigen' }).click();
  await expect(page.getByText('Der zweite Schritt ist eingerichtet.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Entfernen: Dienstrechner' })).toBeVisible();
  await page.getByRole('button', { name: 'Abmelden', exact: true }).click();
  await page.goto(program.console);
  await signIn(page, login('maier').mail, login('maier').password);
  await page.getByRole('button', { name: 'Passkey verwenden' }).click();
  await expect(page.locator('.counters')).toBeVisible();
  await page.goto(`${program.console}/#/account`);
  await page.getByRole('button', { name: 'Überall abmelden' }).click();
  await expect(page.getByRole('heading', { name: 'Anmelden' })).toBeVisible();
  await context.close();
});
