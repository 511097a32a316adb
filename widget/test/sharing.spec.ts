// Something is shown beside the faces: a real capture of a real tab, by either side; a second camera over a document.
import { expect, type Locator, type Page, test } from '@playwright/test';
import { settled } from './support/access.ts';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch, launchCameras } from './support/browser.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let town: Launched;
let office: Launched;
let huber: Clerk;

/** No fake prompt: it would capture a fake screen. The tab of this title is chosen in the browser's place. */
const capture = (title: string) => [`--auto-select-tab-capture-source-by-title=${title}`];
const allowed = { permissions: ['camera', 'microphone'] };
const slow = { timeout: 30_000 };

test.beforeAll(async () => {
  program = await startProgram();
  town = await launch('red', capture('Bescheid'));
  office = await launch('blue', capture('Lageplan'));
  huber = await Clerk.signIn(office.browser, program, 'huber', allowed);
  await huber.open();
  await huber.film();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
});

test.afterEach(() => huber.free());

async function talking(): Promise<Citizen> {
  const citizen = await Citizen.visit(town.browser, program.town, allowed);
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expectColour(citizen.screen.locator('.tile.clerk video'), 'blue');
  await expectColour(huber.page.locator('.tile.citizen video'), 'red');
  return citizen;
}

/** A page to be shown: its lower half is one colour, above it lines of two pixels, as thin as small print. */
async function paper(beside: Page, title: string, colour: string): Promise<Page> {
  const page = await beside.context().newPage();
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.setContent(`<!doctype html><title>${title}</title><style>
    body { margin: 0; height: 100vh; background: linear-gradient(#fff 50%, ${colour} 50%); }
    div { height: 40vh; background: repeating-linear-gradient(90deg, #000 0 2px, #fff 2px 4px); }
    i { position: fixed; right: 0; bottom: 0; width: 9px; height: 9px; background: #888; animation: b 1s infinite; }
    @keyframes b { to { opacity: 0; } }</style><div></div><i></i>`);
  return page;
}

/** How far apart dark and light lines come out, 0 to 255, and how wide the picture is. */
function sharpness(video: Locator): Promise<{ width: number; contrast: number }> {
  return video.evaluate((element) => {
    const { videoWidth: width, videoHeight: height } = element as HTMLVideoElement;
    const canvas = document.createElement('canvas');
    canvas.width = 200;
    canvas.height = 1;
    const pen = canvas.getContext('2d');
    if (!pen || width === 0) return { width, contrast: 0 };
    pen.drawImage(element as HTMLVideoElement, Math.round(width / 4), Math.round(height / 5), 200, 1, 0, 0, 200, 1);
    const { data } = pen.getImageData(0, 0, 200, 1);
    const greys = Array.from({ length: 200 }, (_, i) => data[i * 4] ?? 0).sort((a, b) => a - b);
    return { width, contrast: (greys[180] ?? 0) - (greys[20] ?? 0) };
  });
}

const box = async (tile: Locator) => {
  const at = await tile.boundingBox();
  const round = (n: number | undefined) => Math.round(n ?? -1);
  return [round(at?.x), round(at?.width), round(at?.height)];
};

test('the clerk shows a screen: thin lines come out sharp, a pinned picture stays as it was, and its end is noticed', async () => {
  const citizen = await talking();
  const plan = await paper(huber.page, 'Lageplan', '#00f');
  const clerk = citizen.screen.locator('.tile.clerk');
  const screen = citizen.screen.locator('.tile.screen video');
  await clerk.getByRole('button', { name: 'Anheften: Frau Huber' }).click();
  await expect(clerk).toHaveClass(/\bpin\b/);
  const before = await box(clerk);
  const stage = await citizen.screen.locator('.scene').boundingBox();
  expect(before[1]).toBeGreaterThanOrEqual((stage?.width ?? 0) / 4);

  await huber.button('Bildschirm zeigen').click();
  await expect(huber.page.getByText('Die anderen sehen jetzt Ihren Bildschirm.').first()).toBeVisible();
  await expect(citizen.screen.locator('.tile.screen')).toContainText('Bildschirm von Frau Huber');
  await expect(citizen.screen.getByRole('status').filter({ hasText: 'Frau Huber zeigt den Bildschirm.' })).toHaveCount(
    1,
  );
  await expectColour(screen, 'blue');
  await expect.poll(async () => (await sharpness(screen)).width, slow).toBeGreaterThanOrEqual(1280);
  await expect.poll(async () => (await sharpness(screen)).contrast, slow).toBeGreaterThan(120);
  expect(await box(clerk)).toEqual(before);
  await expectColour(clerk.locator('video'), 'blue'); // the face goes on beside it
  await shoot(citizen.page, 'sharing-pinned');
  await shoot(huber.page, 'sharing-clerk');

  await clerk.getByRole('button', { name: 'Anheften: Frau Huber' }).click();
  await shoot(citizen.page, 'sharing');
  const shared = citizen.screen.locator('.tile.screen');
  await shared.getByRole('button', { name: 'Vergrößern' }).click();
  const size = await screen.evaluate((v: HTMLVideoElement) => [v.clientWidth, v.videoWidth]);
  expect(size[0]).toBe(size[1]);
  await shared.getByRole('button', { name: 'Vergrößern' }).click();

  await huber.button('Nicht mehr zeigen').first().click();
  await expect(citizen.screen.locator('.tile.screen')).toHaveCount(0);

  // Once more, and what is shown goes by itself: as by the browser's own button.
  await huber.button('Bildschirm zeigen').click();
  await expectColour(screen, 'blue');
  await plan.close();
  await expect(citizen.screen.locator('.tile.screen')).toHaveCount(0);
  await expect(huber.page.locator('.sharing-line')).toHaveCount(0);
  await citizen.close();
});

test('a citizen asks first; the clerk says no, then yes, and ends it', async () => {
  const citizen = await talking();
  const notice = await paper(citizen.page, 'Bescheid', '#f00');
  const ask = citizen.screen.getByRole('button', { name: 'Bildschirm zeigen' });
  const screen = huber.page.locator('.tile.screen video');

  await ask.click();
  await expect(citizen.screen.getByText(/^Wir haben Frau Huber gefragt/).first()).toBeVisible();
  const why = citizen.screen.getByText('Ihre Bitte ist schon unterwegs.');
  const light = await why.evaluate((e) => /\d+/.exec(getComputedStyle(e).color)?.[0]);
  expect(Number(light)).toBeGreaterThan(150); // to be read on the dark stage
  await expect(huber.page.getByText(/möchte etwas zeigen/).first()).toBeVisible();
  await shoot(huber.page, 'sharing-asked');
  await huber.button('Jetzt nicht').click();
  await expect(citizen.screen.getByText(/^Im Moment passt es nicht/).first()).toBeVisible();

  await settled(citizen.page); // the frame takes its new height, and what one aims at moves
  await ask.click();
  await expect(citizen.screen.getByText(/^Wir haben Frau Huber gefragt/).first()).toBeVisible();
  await huber.button('Erlauben').click();
  const line = citizen.screen.locator('.sharing-line');
  await expect(line).toContainText('Sie können jetzt etwas zeigen');
  await shoot(citizen.page, 'sharing-allowed');
  await line.getByRole('button', { name: 'Bildschirm zeigen' }).click();
  await expectColour(screen, 'red');
  await expect.poll(async () => (await sharpness(screen)).width, slow).toBeGreaterThanOrEqual(1280);
  await expect(huber.page.locator('.tile.screen')).toContainText('Bildschirm von H 0');

  await huber.button('Zeigen beenden').click();
  await expect(huber.page.locator('.tile.screen')).toHaveCount(0);
  await expect(citizen.screen.getByText('Die andere Seite hat das Zeigen beendet.').first()).toBeVisible();
  await notice.close();
  await citizen.close();
});

test('nothing is chosen in the browser’s dialog: it is said, and can be tried again', async () => {
  const citizen = await talking();
  await huber.page.evaluate(() => {
    const media = navigator.mediaDevices;
    const real = media.getDisplayMedia;
    media.getDisplayMedia = () => {
      media.getDisplayMedia = real;
      return Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    };
  });
  await huber.button('Bildschirm zeigen').click();
  await expect(huber.page.getByText(/^Es wird nichts gezeigt/).first()).toBeVisible();
  await huber.button('Verstanden').click();
  await expect(huber.page.locator('.sharing-line')).toHaveCount(0);
  await expect(citizen.screen.locator('.tile.screen')).toHaveCount(0);
  await citizen.close();
});

test('a second camera shows a document beside the face', async () => {
  const cameras = await launchCameras(['--use-fake-ui-for-media-stream']);
  const citizen = await Citizen.visit(cameras.browser, program.town);
  await citizen.draw();
  await huber.move('call');
  await clickEnter(citizen.screen);
  const face = huber.page.locator('.tile.citizen video');
  await expect.poll(() => playing(face), slow).toBe(true);
  await huber.button('Mehr').click();
  await huber.button('Zeigen lassen').click();
  const line = citizen.screen.locator('.sharing-line');
  await expect(line).toContainText('Sie können jetzt etwas zeigen');
  await line.getByRole('button', { name: 'Dokument zeigen' }).click();
  const choice = citizen.screen.getByRole('dialog', { name: 'Welche Kamera zeigt das Dokument?' });
  await choice.getByRole('button', { name: /fake_device_2/ }).click();
  await expect(huber.page.locator('.tile.screen')).toContainText('Dokument von H 0');
  const paper = huber.page.locator('.tile.screen video');
  await expect.poll(() => playing(paper), slow).toBe(true);
  expect(await playing(face)).toBe(true);
  await shoot(huber.page, 'sharing-document');
  await citizen.screen.getByRole('button', { name: 'Nicht mehr zeigen' }).click();
  await expect(huber.page.locator('.tile.screen')).toHaveCount(0);
  expect(await playing(face)).toBe(true);
  await citizen.close();
  await cameras.close();
});

/** New pictures come, and they are to be seen. */
function playing(video: Locator): Promise<boolean> {
  return video.evaluate(async (element: HTMLVideoElement) => {
    const frame = () => new Promise((resolve) => element.requestVideoFrameCallback(resolve));
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'late'));
    await Promise.race([frame().then(frame), late]);
    return element.checkVisibility({ visibilityProperty: true }) && element.videoWidth > 0 && !element.paused;
  });
}
