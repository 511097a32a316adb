// The device check while waiting: what it shows, what helps where something is missing, and the ways in.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited', '--turn-listen=127.0.0.1:0']);
  [town, office] = await Promise.all([launch('red', []), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program, 'huber', { reducedMotion: 'reduce' });
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(() => huber.free());

async function visitor(permissions: string[], before?: (page: Page) => Promise<unknown>): Promise<Citizen> {
  const citizen = await Citizen.visit(town.browser, program.town, { reducedMotion: 'reduce' });
  for (const origin of [new URL(program.town).origin, program.public]) {
    await citizen.page.context().grantPermissions(permissions, { origin });
  }
  if (before) {
    await before(citizen.page);
    await citizen.page.reload();
  }
  await citizen.draw();
  return citizen;
}

/** The highest that a meter shows in a while: the fake microphone beeps once a second. */
const loud = (meter: Locator) =>
  meter.evaluate(async (m) => {
    let most = 0;
    for (let i = 0; i < 90; i++) {
      most = Math.max(most, (m as HTMLMeterElement).value);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return most;
  });

const start = (citizen: Citizen) => citizen.screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();

test('own picture, level, choice of devices, record and play, tone, and the real ways to the switch', async () => {
  const citizen = await visitor(['camera', 'microphone']);
  const { screen, page } = citizen;
  const asked = await citizen.frame.evaluate(() => {
    const count = { asked: 0 };
    Object.assign(window, { count });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) => {
      count.asked++;
      return ask(wish);
    };
    return count.asked;
  });
  expect(asked).toBe(0); // nothing was asked for before the click (P16)
  await start(citizen);
  await expectColour(screen.getByLabel('Ihr Kamerabild'), 'red');
  const level = screen.getByRole('meter', { name: 'Lautstärke Ihres Mikrofons' });
  await expect.poll(() => loud(level)).toBeGreaterThan(0.3);

  // Another microphone: the same choice is shown, and it is the one that is used.
  const microphones = screen.getByLabel('Mikrofon', { exact: true });
  const second = await microphones.locator('option').nth(1).getAttribute('value');
  await microphones.selectOption(second);
  await expect(microphones).toHaveValue(second ?? '');
  await expect.poll(() => loud(level)).toBeGreaterThan(0.3);

  await screen.getByRole('button', { name: 'Aufnehmen und anhören' }).click();
  await expect(screen.getByText('Bitte sprechen Sie jetzt …')).toBeVisible();
  await expect(screen.getByText('So hören wir Sie …')).toBeVisible();
  await expect(screen.getByText('Die Probe ist schon gelöscht', { exact: false })).toBeVisible();

  await screen.getByRole('button', { name: 'Ton abspielen' }).click();
  await expect(screen.getByText(/^Haben Sie drei Töne gehört/)).toBeVisible();

  await screen.getByRole('button', { name: 'Verbindung prüfen' }).click();
  await expect(screen.getByText(/^Ihre Verbindung ist gut/)).toBeVisible({ timeout: 20_000 });
  await screen.getByText('Einzelheiten für die Technik').click();
  for (const way of ['Direkter Weg (UDP)', 'Ersatzweg (TCP)', 'Umweg über Relais (TURN)']) {
    await expect(screen.getByRole('listitem').filter({ hasText: way })).toHaveText(/offen, \d+ ms/);
  }
  await expect(huber.page.locator('.tickets li')).toContainText('bereit');
  // Nothing is remembered beyond the visit.
  const kept = () => {
    try {
      return localStorage.length + sessionStorage.length;
    } catch {
      return 0; // the browser gives a frame none at all
    }
  };
  expect(await citizen.frame.evaluate(kept)).toBe(0);
  expect(await examine(page)).toEqual([]);
  await shoot(page, 'check');
  await citizen.close();
});

test('where only TCP gets through it says so, and where nothing does it says what to do', async () => {
  const citizen = await visitor(['camera', 'microphone']);
  const { screen } = citizen;
  await start(citizen);
  const block = (way: RegExp) =>
    citizen.frame.evaluate((way) => {
      const real = RTCPeerConnection.prototype.setRemoteDescription;
      RTCPeerConnection.prototype.setRemoteDescription = async function (description: RTCSessionDescriptionInit) {
        const shut = new RegExp(way);
        const sdp = (description.sdp ?? '').split('\r\n').filter((line) => !shut.test(line));
        await (real as (d: object) => Promise<void>).call(this, { ...description, sdp: sdp.join('\r\n') });
      };
    }, way.source);
  await block(/^a=candidate:.* udp /);
  await screen.getByRole('button', { name: 'Verbindung prüfen' }).click();
  await expect(screen.getByText(/nur auf einem Umweg/)).toBeVisible({ timeout: 30_000 });
  await block(/^a=candidate:/);
  await screen.getByRole('button', { name: 'Noch einmal prüfen' }).click();
  await expect(screen.getByText(/^Wir erreichen unseren Video-Server aus Ihrem Netz nicht/)).toBeVisible({
    timeout: 30_000,
  });
  await citizen.close();
});

test('each cause has its own help: denied, missing, in use, forbidden by the page', async () => {
  const failing = (name: string) => (page: Page) =>
    page.context().addInitScript((name) => {
      if (!navigator.mediaDevices) return;
      navigator.mediaDevices.getUserMedia = async () => {
        throw new DOMException('test', name);
      };
    }, name);
  for (const [name, sentence, step] of [
    ['NotAllowedError', /^Die Kamera ist gesperrt/, /Klicken Sie links neben der Adresse auf das Zeichen/],
    ['NotFoundError', /^Wir finden keine Kamera/, /Ist das Gerät eingesteckt/],
    ['NotReadableError', /^Ein anderes Programm benutzt die Kamera/, /Schließen Sie andere Programme/],
    ['SecurityError', /^Diese Seite lässt die Kamera nicht zu/, /Im eigenen Fenster geht es/],
  ] as const) {
    const citizen = await visitor(['camera', 'microphone'], failing(name));
    await start(citizen);
    await expect(citizen.screen.getByText(sentence)).toBeVisible();
    await expect(citizen.screen.getByText(step)).toBeVisible();
    if (name === 'NotAllowedError') {
      expect(await examine(citizen.page)).toEqual([]);
      await shoot(citizen.page, 'check-denied');
    }
    await citizen.close();
  }
});

test('in the browser of an app it says how to get out, and that the number comes along', async () => {
  const agent =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/468.0]';
  const citizen = await Citizen.visit(town.browser, program.town, { userAgent: agent });
  const { screen } = citizen;
  await citizen.draw();
  await screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  await expect(screen.getByText('Sie sind im eingebauten Browser von Facebook', { exact: false })).toBeVisible();
  await expect(screen.getByText(/In Safari öffnen/)).toBeVisible();
  await expect(screen.getByText(/So kommt Ihre Nummer mit/)).toBeVisible();
  await citizen.close();
});

test('a device that goes away in the midst of it is replaced, and said', async () => {
  const citizen = await visitor(['camera', 'microphone']);
  const { screen } = citizen;
  await start(citizen);
  await expectColour(screen.getByLabel('Ihr Kamerabild'), 'red');
  await citizen.frame.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('.check-part video');
    const stream = video?.srcObject;
    const track = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
    track?.stop();
    track?.dispatchEvent(new Event('ended')); // stop() alone says nothing, a pulled plug does
  });
  await expect(screen.getByText(/^Ihre Kamera ist weg. Wir benutzen jetzt: /)).toBeVisible();
  await expectColour(screen.getByLabel('Ihr Kamerabild'), 'red');
  await citizen.close();
});

test('by text alone: nothing is asked for, the clerk knows, and sound or picture may be added at any time', async () => {
  const citizen = await visitor(['camera', 'microphone']);
  const { screen } = citizen;
  await screen.getByText('Angaben (freiwillig)').click();
  const wish = screen.getByLabel('Ich möchte nur mit Text teilnehmen');
  await expect(async () => {
    if (!(await wish.isChecked())) await wish.click({ timeout: 2_000 });
    await expect(huber.page.locator('.tickets li')).toContainText('Text', { timeout: 3_000 });
  }).toPass({ timeout: 30_000 });
  await huber.move('call');
  await expect(screen.getByRole('heading', { name: /^Sie sind dran/ })).toBeVisible();
  await citizen.frame.evaluate(() => {
    Object.assign(window, { asked: 0 });
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) => {
      (window as unknown as { asked: number }).asked++;
      return ask(wish);
    };
  });
  await shoot(citizen.page, 'called-text');
  await screen.getByRole('button', { name: 'Nur mit Text teilnehmen' }).click();
  await expectColour(screen.getByLabel(/^Frau Huber/), 'blue');
  expect(await citizen.frame.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(0);
  await expect(screen.getByRole('button', { name: 'Mikrofon aus' })).toBeVisible();
  await screen.getByRole('button', { name: 'Kamera aus' }).click();
  await expectColour(huber.page.locator('.tile video').first(), 'red');
  await citizen.close();
});

test('settings in the conversation, on both sides', async () => {
  const citizen = await visitor(['camera', 'microphone']);
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
  await citizen.screen.getByRole('button', { name: 'Einstellungen' }).click();
  const dialog = citizen.screen.getByRole('dialog', { name: 'Kamera, Ton und Verbindung' });
  await expectColour(dialog.getByLabel('Ihr Kamerabild'), 'red');
  expect(await examine(citizen.page)).toEqual([]);
  await shoot(citizen.page, 'settings');
  await dialog.getByRole('button', { name: 'Schließen' }).click();
  await expect(dialog).toHaveCount(0);

  await huber.button('Mehr').click();
  await huber.button('Einstellungen').click();
  const own = huber.page.getByRole('dialog', { name: 'Kamera, Ton und Verbindung' });
  await expect(own.getByRole('button', { name: 'Ton abspielen' })).toBeVisible();
  await expect(own.getByRole('button', { name: 'Verbindung prüfen' })).toHaveCount(0);
  expect(await examine(huber.page)).toEqual([]);
  await shoot(huber.page, 'settings-clerk');
  await own.getByRole('button', { name: 'Schließen' }).click();
  await citizen.close();
});
