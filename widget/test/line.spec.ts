// A weak line, a lost one, what it costs, and the figures for the technician. Whether pictures and sound hold over a really
// bad line is what the drills show; here the browser's own figures are made worse.
import { expect, type Frame, test } from '@playwright/test';
import { examine } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Mortal, startMortal } from './support/mortal.ts';
import { shoot } from './support/shots.ts';

let program: Mortal;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startMortal();
  [town, office] = await Promise.all([launch('red'), launch('blue')]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(() => huber.free());

async function talking(): Promise<Citizen> {
  const citizen = await Citizen.visit(town.browser, program.town, { reducedMotion: 'reduce' });
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expectColour(citizen.screen.getByLabel(/^Frau Huber/), 'blue');
  return citizen;
}

/** From now on the browser reports that this share of what is sent does not arrive. */
const lose = (frame: Frame, share: number) =>
  frame.evaluate((share) => {
    const prototype = RTCPeerConnection.prototype as RTCPeerConnection & { really?: RTCPeerConnection['getStats'] };
    prototype.really ??= prototype.getStats;
    const real = prototype.really;
    prototype.getStats = async function (this: RTCPeerConnection) {
      const report = await real.call(this);
      const worse = [...report.entries()].map(([id, entry]): [string, object] => [
        id,
        entry.type === 'remote-inbound-rtp' ? { ...entry, fractionLost: share } : entry,
      ]);
      return new Map(worse) as unknown as RTCStatsReport;
    } as RTCPeerConnection['getStats'];
  }, share);

const framesOf = (frame: Frame) =>
  frame.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('.scene .tile:not(.self) video');
    return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  });

test('weak: said in a sentence, spared by a click, taken back when it is good again', async () => {
  const citizen = await talking();
  const { screen, frame } = citizen;
  await expect(screen.getByText('Die Verbindung ist schwach', { exact: false })).toHaveCount(0);
  await lose(frame, 0.12);
  await expect(screen.getByText(/^Die Verbindung ist schwach. Wir senken die Bildgröße/)).toBeVisible();
  await shoot(citizen.page, 'line-weak');
  expect(await examine(citizen.page)).toEqual([]);
  await lose(frame, 0.3);
  await expect(screen.getByText(/^Die Verbindung ist sehr schwach/)).toBeVisible();

  await screen.getByRole('button', { name: 'Nur mit Ton weiter' }).click();
  await expect(huber.page.locator('.scene .tile').first()).toContainText('Kamera aus');
  await expect(screen.getByText('Sie sparen Daten: Bilder sind aus.')).toBeVisible();
  // The others' pictures are no longer sent to us.
  await expect(async () => {
    const before = await framesOf(frame);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await framesOf(frame)).toBe(before);
  }).toPass();

  await lose(frame, 0);
  await expect(screen.getByText('Die Verbindung ist wieder gut.')).toBeVisible({ timeout: 20_000 });
  await screen.getByRole('button', { name: 'Bilder wieder einschalten' }).click();
  await expectColour(huber.page.locator('.scene .tile video').first(), 'red');
  await expectColour(screen.getByLabel(/^Frau Huber/), 'blue');
  await expect(screen.getByText('Die Verbindung ist wieder gut.')).toHaveCount(0);
  await citizen.close();
});

test('figures for the technician, without addresses, and the data used so far', async () => {
  const citizen = await talking();
  const { screen } = citizen;
  await expect(screen.getByText(/^Datenvolumen bisher: [\d,]+ MB$/)).toBeVisible();
  await screen.getByRole('button', { name: 'Einstellungen' }).click();
  const dialog = screen.getByRole('dialog');
  await dialog.getByText('Technische Angaben', { exact: true }).click();
  for (const row of [/^Ton geht/, /^Bild geht/, /^Bild kommt/]) {
    await expect(dialog.getByRole('row', { name: row }).first()).toContainText(/VP8|opus/i);
  }
  const text = await dialog.getByRole('textbox', { name: 'Als Text, ohne Adressen' }).inputValue();
  expect(text).toMatch(/way \w+\/udp -> host\/udp, rtt \d+ ms/);
  expect(text).not.toMatch(/\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4}:/i);
  expect(await examine(citizen.page)).toEqual([]);
  await shoot(citizen.page, 'figures');
  await citizen.close();
});

test('lost: a moment, then what one can do, and back by itself', async () => {
  const citizen = await talking();
  const { screen } = citizen;
  await program.kill();
  await expect(screen.locator('.stage-words')).toContainText('Einen Moment bitte');
  await expect(screen.getByText('Wir erreichen Sie gerade nicht')).toBeVisible({ timeout: 25_000 });
  await expect(screen.getByRole('link', { name: '0123 45 67-0' }).first()).toBeVisible();
  await expect(screen.getByRole('button', { name: 'Jetzt neu verbinden' })).toBeVisible();
  await shoot(citizen.page, 'line-lost');
  await program.start();
  // By the button, unless it has come back by itself meanwhile.
  await screen
    .getByRole('button', { name: 'Jetzt neu verbinden' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await expectColour(screen.getByLabel(/^Frau Huber/), 'blue');
  await expect(screen.getByText('Wir erreichen Sie gerade nicht')).toHaveCount(0);
  await citizen.close();
});
