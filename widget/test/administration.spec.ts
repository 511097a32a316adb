// An authority runs itself: everything that an admin may set, shown on the town's board within seconds.
import { expect, type Page, test } from '@playwright/test';
import type { Settings } from '../src/protocol.gen.ts';
import { examine } from './support/access.ts';
import { api, Citizen, Clerk } from './support/both-sides.ts';
import { type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let page: Page;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  const huber = await Clerk.signIn(office.browser, program, 'huber', { reducedMotion: 'reduce' });
  await huber.open();
  page = huber.page;
  await page.getByRole('link', { name: 'Verwaltung' }).click();
  await expect(page.getByRole('heading', { name: 'Behörde' })).toBeVisible();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

async function go(name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Seiten der Verwaltung' }).getByRole('link', { name }).click();
  await expect(page.locator('.administration h1')).toBeVisible();
}

const save = () => page.getByRole('button', { name: 'Speichern' }).click();

test('every page: by its looks and by axe', async () => {
  for (const name of [
    'Behörde',
    'Büros und Anliegen',
    'Öffnungszeiten',
    'Feiertage und Schließtage',
    'Texte',
    'Adressen der Website',
    'Aufbewahrung',
    'Protokoll',
    'Sichern und Übertragen',
  ]) {
    await go(name);
    if (name === 'Öffnungszeiten') {
      await page.getByLabel('Büro', { exact: true }).selectOption({ label: 'Bauamt' });
      await page.getByRole('button', { name: 'Ändern Montag' }).click();
      await expect(page.getByRole('group', { name: 'Zeiten am Montag' })).toBeVisible();
    }
    if (name === 'Texte') await page.getByLabel('Text suchen').fill('Nummer ziehen');
    if (name === 'Protokoll') await expect(page.getByText(/Eintr|nichts festgehalten/).first()).toBeVisible();
    await shoot(page, `administration-${name.split(' ')[0]?.toLowerCase()}`);
    expect(await examine(page), name).toEqual([]);
  }
  await go('Büros und Anliegen');
  await page.getByRole('link', { name: 'Bearbeiten Hauptamt' }).click();
  await expect(page.getByRole('heading', { name: 'Hauptamt' })).toBeVisible();
  await shoot(page, 'administration-office');
  expect(await examine(page), 'an office').toEqual([]);
});

test('name, colour, hours, closure and topic stand on the town’s board within seconds', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  await expect(citizen.card('Bauamt')).toBeVisible();

  await go('Behörde');
  await page.getByLabel('Name (Deutsch)').fill('Stadt Neustadt');
  await page.getByLabel('Farbe', { exact: true }).fill('#ffd166');
  await expect(page.getByText(/Wir zeigen stattdessen #/)).toBeVisible();
  await save();
  await expect(page.getByText('Die Angaben zur Behörde sind gespeichert.')).toBeVisible();

  await go('Öffnungszeiten');
  await page.getByLabel('Büro', { exact: true }).selectOption({ label: 'Bauamt' });
  await page.getByRole('button', { name: 'Ändern Samstag' }).click();
  const saturday = page.getByRole('group', { name: 'Zeiten am Samstag' });
  await saturday.getByLabel('Von').fill('06:30'); // it is open around the clock
  await saturday.getByLabel('Bis').fill('12:00');
  await saturday.getByRole('button', { name: 'Zeit hinzufügen' }).click();
  await saturday.getByLabel('Von').last().fill('14:00');
  await saturday.getByLabel('Bis').last().fill('23:45');
  const today = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone: 'Europe/Berlin' }).format(Date.now());
  await page.getByRole('button', { name: 'Schließung hinzufügen' }).click();
  await page.locator('.rows').getByLabel('Erster Tag').fill(today);
  await page.locator('.rows').getByLabel('Letzter Tag').fill(today);
  await page.getByLabel('Anlass (Deutsch)').fill('Betriebsausflug');
  await save();
  await expect(page.getByText('Die Öffnungszeiten sind gespeichert.')).toBeVisible();
  await expect(page.locator('.coming')).toContainText('06:30–12:00, 14:00–23:45');
  await expect(page.locator('.coming')).toContainText('Betriebsausflug');

  await go('Büros und Anliegen');
  await page.getByRole('link', { name: 'Bearbeiten Hauptamt' }).click();
  await page.getByRole('button', { name: 'Anliegen hinzufügen' }).click();
  await page.getByLabel('5. Anliegen (Deutsch)').fill('Fundbüro');
  await page.getByLabel('Beschreibung (Deutsch)').fill('Ausweise und Fundsachen');
  await save();
  await expect(page.getByText('Das Büro ist gespeichert.')).toBeVisible();

  // The board asks every 15 s while it is seen.
  await expect(citizen.card()).toContainText('Ausweise und Fundsachen', { timeout: 20_000 });
  await expect(citizen.card('Bauamt')).toContainText('Betriebsausflug');
  await expect(citizen.card('Bauamt')).toContainText(/6:30/);
  const colour = await citizen
    .card()
    .getByRole('button')
    .first()
    .evaluate((b) => getComputedStyle(b).backgroundColor);
  expect(colour).not.toBe('rgb(122, 31, 43)');
  await citizen.draw();
  await citizen.screen.getByText('Angaben (freiwillig)').click();
  const topics = citizen.screen.getByLabel(/Anliegen|Worum/).first();
  await expect(topics).toContainText('Fundbüro');
  await citizen.close();
});

test('a refusal names the fields and keeps what was typed; so does a dropped line', async () => {
  await go('Büros und Anliegen');
  await page.getByRole('link', { name: 'Bearbeiten Bauamt' }).click();
  await page.getByLabel('Buchstaben vor der Nummer').fill('H');
  await page.getByLabel('Beschreibung (Deutsch)').fill('Alles rund ums Bauen');
  await save();
  const alert = page.getByRole('alert').filter({ hasText: 'Buchstaben vor der Nummer' });
  await expect(alert).toContainText('Ein anderes Büro hat diese Buchstaben schon.');
  await expect(page.getByLabel('Buchstaben vor der Nummer')).toBeFocused();
  await expect(page.getByLabel('Beschreibung (Deutsch)')).toHaveValue('Alles rund ums Bauen');

  await page.getByLabel('Buchstaben vor der Nummer').fill('B');
  await page.route('**/settings/offices/*', (route) => route.abort());
  await save();
  await expect(page.getByRole('alert').filter({ hasText: 'Keine Verbindung' })).toBeVisible();
  await page.unroute('**/settings/offices/*');
  // Somebody who goes elsewhere and comes back finds it, too.
  await page.getByRole('link', { name: 'Arbeitsplatz' }).click();
  await page.getByRole('link', { name: 'Verwaltung' }).click();
  await go('Büros und Anliegen');
  await page.getByRole('link', { name: 'Bearbeiten Bauamt' }).click();
  await expect(page.getByLabel('Beschreibung (Deutsch)')).toHaveValue('Alles rund ums Bauen');
  await save();
  await expect(page.getByText('Das Büro ist gespeichert.')).toBeVisible();
});

test('two who change the same: the second is told, and may still have the last word', async () => {
  await go('Adressen der Website');
  await page.getByRole('button', { name: 'Adresse hinzufügen' }).click();
  const field = page.getByLabel(/\d+\. Adresse/).last();
  await field.fill('https://www.musterstadt.example/rathaus/index.html');
  const now = await api<Settings>(page, 'GET', '/api/v1/console/settings');
  const body = { revision: now.revision, origins: { list: [...now.origins, 'https://*.other.example'] } };
  await api(page, 'PUT', '/api/v1/console/settings/authority', body);
  await save();
  await expect(page.getByRole('alert').filter({ hasText: 'Jemand anderes' })).toBeVisible();
  await save();
  await expect(page.getByText('Die Adressen sind gespeichert.')).toBeVisible();
  await expect(field).toHaveValue('https://www.musterstadt.example');
  await api(page, 'PUT', '/api/v1/console/settings/authority', {
    revision: (await api<Settings>(page, 'GET', '/api/v1/console/settings')).revision,
    origins: { list: now.origins },
  });
});

test('what a published authority needs can’t be emptied', async () => {
  await go('Behörde');
  await page.getByLabel('Datenschutzhinweis').fill('');
  await expect(page.getByText('Damit Nummern gezogen werden können, fehlt noch:')).toBeVisible();
  await save();
  await expect(page.getByRole('alert').filter({ hasText: 'Datenschutzhinweis:' })).toBeVisible();
  await page.getByRole('button', { name: 'Änderungen verwerfen' }).click();
  await expect(page.getByLabel('Datenschutzhinweis')).not.toHaveValue('');
});

test('an own text reaches citizens; the logo stands on our page', async () => {
  await go('Texte');
  await page.getByLabel('Text suchen').fill('Nummer ziehen');
  await page
    .locator('.own-texts > li', { has: page.locator('.key', { hasText: /^action\.draw$/ }) })
    .getByLabel('Ihr Text (Deutsch)')
    .fill('Platz nehmen');
  await save();
  await expect(page.getByText('Ihre Texte sind gespeichert.')).toBeVisible();
  const citizen = await Citizen.visit(town.browser, program.town);
  await expect(citizen.card().getByRole('button', { name: /^Platz nehmen/ })).toBeVisible();

  await go('Behörde');
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP8z4APMOGVHbHSAEEsAROxCnMTAAAAAElFTkSuQmCC',
    'base64',
  );
  await page.getByLabel('Bild auswählen').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
  await expect(page.getByText('Das Logo ist gespeichert.')).toBeVisible();
  await citizen.page.goto(`${program.public}/musterstadt`);
  const logo = citizen.page.locator('img.logo');
  await expect(logo).toBeVisible();
  expect(await logo.evaluate((e) => (e as HTMLImageElement).naturalWidth)).toBe(10);
  await citizen.close();
  await page
    .getByLabel('Bild auswählen')
    .setInputFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('<svg/>') });
  await expect(page.getByRole('alert').filter({ hasText: 'Dieses Bild können wir nicht verwenden' })).toBeVisible();
});

test('a file with an error names the line; a good one is shown before it counts', async () => {
  await go('Sichern und Übertragen');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Datei herunterladen' }).click();
  const path = await (await download).path();
  await page.getByLabel('Datei auswählen').setInputFiles(path);
  await page.getByRole('button', { name: 'Prüfen' }).click();
  await expect(page.getByText('Die Datei ändert nichts')).toBeVisible();

  await page.getByLabel('Inhalt der Datei').fill('schalter: 1\nauthority:\n  phone: "1"\n  fax: "2"\n');
  await page.getByRole('button', { name: 'Prüfen' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Zeile 4' });
  await expect(alert).toContainText('fax');
  await shoot(page, 'administration-import-error');

  await page.getByLabel('Inhalt der Datei').fill('schalter: 1\nauthority:\n  phone: "0123 99"\n');
  await page.getByRole('button', { name: 'Prüfen' }).click();
  await expect(page.getByRole('row', { name: /authority\.phone/ })).toContainText('0123 99');
  expect(await examine(page), 'preview').toEqual([]);
  await page.getByRole('button', { name: 'Eine Änderung übernehmen' }).click();
  await expect(page.getByText('Eine Einstellung ist übernommen.')).toBeVisible();
  await go('Behörde');
  await expect(page.getByLabel('Telefon')).toHaveValue('0123 99');
});

test('an office comes, moves and goes; the log knows who did it', async () => {
  await go('Büros und Anliegen');
  await page.getByRole('link', { name: 'Neues Büro' }).click();
  await page.getByLabel('Name (Deutsch)').fill('Bürgerbüro Süd');
  await expect(page.getByLabel('Kurzname')).toHaveValue('buergerbuero-sued');
  await page.getByLabel('Buchstaben vor der Nummer').fill('s');
  await save();
  await expect(page.getByRole('heading', { name: 'S Bürgerbüro Süd' })).toBeVisible();
  await page.getByRole('button', { name: 'Bürgerbüro Süd nach oben' }).click();
  await expect(page.getByText('Bürgerbüro Süd steht jetzt an anderer Stelle.')).toBeVisible();
  await page.getByRole('button', { name: 'Stilllegen Hauptamt' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stilllegen' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /Büro (wartet|ist noch)/ })).toBeVisible();
  await page.getByRole('button', { name: 'Stilllegen Bürgerbüro Süd' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stilllegen' }).click();
  await expect(page.getByRole('heading', { name: 'Stillgelegte Büros' })).toBeVisible();
  await go('Protokoll');
  const row = page.getByRole('row').filter({ hasText: 'Büro stillgelegt' });
  await expect(row).toContainText('Frau Huber');
  await expect(row).toContainText('Bürgerbüro Süd');
});
