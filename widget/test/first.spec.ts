// The first administrator of an empty server, and single sign-on through an issuer that is a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, expect, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { launch } from './support/browser.ts';
import { end, freePort, root } from './support/program.ts';
import { shoot } from './support/shots.ts';

let browser: Browser;
let close: () => Promise<void>;
let server: ChildProcess;
let issuer: ChildProcess;
let console_ = '';
let token = '';
let at: { Issuer: string; ClientID: string; ClientSecret: string; Control: string };
const dir = mkdtempSync(join(tmpdir(), 'schalter-first-'));

/** The first line of a program's output that fits, and what its group holds. */
function hear(child: ChildProcess, line: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    if (!child.stdout) throw new Error('no output');
    createInterface(child.stdout).on('line', (text) => {
      const found = line.exec(text);
      if (found) resolve(found[1] ?? '');
    });
  });
}

test.beforeAll(async () => {
  const port = await freePort();
  console_ = `http://console.localhost:${port}`;
  const args = ['serve', `--listen=127.0.0.1:${port}`, `--public-url=http://localhost:${port}`];
  args.push(
    `--console-url=${console_}`,
    '--media-listen=127.0.0.1:0',
    '--turn-listen=',
    '--metrics-listen=',
    '--unlimited',
  );
  args.push(`--database=${join(dir, 'schalter.db')}`, '--sso-network=127.0.0.0/8');
  server = spawn(join(root, 'bin', 'schalter'), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  token = await hear(server, /token: (\w+)/);
  const bin = join(dir, 'issuer');
  const build = spawn('go', ['build', '-o', bin, './server/identity/testdata/issuer'], { cwd: root });
  await new Promise((done) => build.once('exit', done));
  issuer = spawn(bin, [], { stdio: ['ignore', 'pipe', 'ignore'] });
  at = JSON.parse(await hear(issuer, /^(\{.*\})$/));
  ({ browser, close } = await launch('blue'));
});
test.afterAll(async () => {
  await close();
  await Promise.all([end(server, 'SIGTERM'), end(issuer, 'SIGKILL')]);
  rmSync(dir, { recursive: true, force: true });
});

const next = (person: object) => fetch(at.Control, { method: 'POST', body: JSON.stringify(person) });

test('the first administrator, then a colleague by single sign-on', async () => {
  const context = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(console_);
  await page.getByRole('link', { name: 'Einrichten' }).click();
  await expect(page.getByRole('heading', { name: 'Erste Verwaltung einrichten' })).toBeVisible();
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'setup');
  await page.getByLabel('Einmal-Code').fill(token);
  await page.getByLabel('Name der Behörde').fill('Stadt Neuberg');
  await page.getByLabel('Kurzname in Adressen').fill('neuberg');
  await page.getByLabel('Ihr Name').fill('Frau Erste');
  await page.getByLabel('Ihre E-Mail-Adresse').fill('erste@neuberg.example');
  await page.getByLabel('Neues Passwort').fill('am Marktplatz steht ein Brunnen');
  await page.getByRole('button', { name: 'Einrichten und anmelden' }).click();
  await expect(page.getByText('Frau Erste')).toBeVisible();

  await page.goto(`${console_}/#/operator`);
  await expect(page.getByText('Stadt Neuberg', { exact: true }).last()).toBeVisible();
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'operator');

  await page.goto(`${console_}/#/administration/staff`);
  await page.getByLabel('Adresse des Anmeldedienstes').fill(at.Issuer);
  await page.getByLabel('Client-ID').fill(at.ClientID);
  await page.getByLabel('Client-Geheimnis').fill(at.ClientSecret);
  await page.getByRole('button', { name: 'Gruppe hinzufügen' }).click();
  await page.getByRole('textbox', { name: 'Gruppe', exact: true }).fill('rathaus');
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'sso-rules');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(page.locator('form').getByText('Gespeichert.', { exact: true })).toBeVisible();

  const other = await browser.newContext({ locale: 'de-DE', reducedMotion: 'reduce' });
  const guest = await other.newPage();
  await guest.goto(`${console_}/#/anmelden/neuberg`);
  const way = guest.getByRole('link', { name: /Konto der Behörde anmelden: Stadt Neuberg/ });
  await expect(way).toBeVisible();
  expect(await examine(guest)).toEqual([]);
  await shoot(guest, 'sso');
  await next({ Subject: 's0', Email: 'fremd@neuberg.example', Name: 'Fremd', Groups: ['kantine'] });
  await way.click();
  await expect(guest.getByRole('alert')).toContainText('keiner Gruppe');
  await next({ Subject: 's1', Email: 'maier@neuberg.example', Name: 'Herr Maier', Groups: ['rathaus'] });
  await guest.getByRole('link', { name: /Konto der Behörde/ }).click();
  await expect(guest.getByText('Herr Maier')).toBeVisible();
  await guest.reload();
  await expect(guest.getByText('Herr Maier')).toBeVisible();
  await other.close();
  await context.close();
});
