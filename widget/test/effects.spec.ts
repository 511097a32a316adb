// The background blurred and the noise kept out, in a real browser by the real models: pixels and levels really change.
import { expect, type Locator, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { expectColour, type Launched, launch } from './support/browser.ts';
import { type Props, person } from './support/person.ts';
import { type Program, startProgram } from './support/program.ts';
import { shoot } from './support/shots.ts';

let program: Program;
let calm: Props;
let town: Launched;
let office: Launched;
let huber: Clerk;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  calm = person(6);
  [town, office] = await Promise.all([
    launch('red', ['--use-fake-ui-for-media-stream', ...calm.flags]),
    launch('blue'),
  ]);
  huber = await Clerk.signIn(office.browser, program);
  await huber.open();
});

test.afterAll(async () => {
  await town?.close();
  await office?.close();
  await program?.stop();
  calm?.remove();
});

test.afterEach(() => huber.free());

/** How much the pixels differ from each other: of the wall in the corner, and of the face. */
const contrast = (video: Locator) =>
  video.evaluate((element) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (!pen || !(element instanceof HTMLVideoElement)) throw new Error('no picture');
    pen.drawImage(element, 0, 0, 320, 180);
    const spread = (x: number, y: number, width: number, height: number) => {
      const { data } = pen.getImageData(x, y, width, height);
      const reds = Array.from({ length: data.length / 4 }, (_, i) => data[i * 4] ?? 0);
      const mean = reds.reduce((a, b) => a + b, 0) / reds.length;
      return Math.sqrt(reds.reduce((sum, red) => sum + (red - mean) ** 2, 0) / reds.length);
    };
    return { wall: spread(8, 8, 48, 48), face: spread(135, 45, 50, 55) };
  });

test('blur: the wall loses its pattern, the face stays, and the clerk gets the same picture', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  const { screen } = citizen;
  const foreign: string[] = [];
  citizen.page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && ![program.public, new URL(program.town).origin].includes(origin)) {
      foreign.push(request.url());
    }
  });
  await citizen.draw();
  await screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  const own = screen.getByLabel('Ihr Kamerabild');
  await expect.poll(async () => (await contrast(own)).wall, { timeout: 20_000 }).toBeGreaterThan(50);
  const before = await contrast(own);
  const blur = screen.getByLabel('Hintergrund weichzeichnen');
  await expect(blur).not.toBeChecked(); // off by default
  await blur.click();
  await expect(blur).toBeChecked();
  await expect.poll(async () => (await contrast(own)).wall, { timeout: 30_000 }).toBeLessThan(before.wall / 3);
  await expect.poll(async () => (await contrast(own)).face).toBeGreaterThan(before.face * 0.6);
  await shoot(citizen.page, 'blur');

  await huber.move('call');
  await clickEnter(screen);
  await expectColour(screen.getByLabel(/^Frau Huber/), 'blue');
  const seen = huber.page.locator('.scene .tile:not(.self) video').first();
  // First the face: where no picture is yet, the wall has no pattern either.
  await expect.poll(async () => (await contrast(seen)).face, { timeout: 30_000 }).toBeGreaterThan(before.face * 0.4);
  expect((await contrast(seen)).wall).toBeLessThan(before.wall / 3);
  expect(foreign).toEqual([]);

  // And off again, in the conversation.
  await screen.getByRole('button', { name: 'Einstellungen' }).click();
  await screen.getByRole('dialog').getByLabel('Hintergrund weichzeichnen').click();
  await expect.poll(async () => (await contrast(seen)).wall, { timeout: 30_000 }).toBeGreaterThan(before.wall / 2);
  await citizen.close();
});

test('noise: the level of what is sent falls', async () => {
  const citizen = await Citizen.visit(town.browser, program.town);
  const { screen } = citizen;
  // Our own suppression is measured alone: the browser's is switched off, which has an effect of its own.
  await citizen.draw();
  await citizen.frame.evaluate(() => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) =>
      ask({
        ...wish,
        audio: wish?.audio ? { noiseSuppression: false, autoGainControl: false, echoCancellation: false } : false,
      });
  });
  await screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  const meter = screen.getByRole('meter', { name: 'Lautstärke Ihres Mikrofons' });
  const level = () =>
    meter.evaluate(async (m) => {
      const seen: number[] = [];
      for (let i = 0; i < 12; i++) {
        seen.push((m as HTMLMeterElement).value);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return seen.sort((a, b) => a - b)[6] ?? 0; // the median
    });
  await expect.poll(level).toBeGreaterThan(0.6);
  const before = await level();
  const quiet = screen.getByLabel('Geräusche stärker dämpfen');
  await expect(quiet).not.toBeChecked();
  await quiet.click();
  await expect(quiet).toBeChecked();
  await expect.poll(level, { timeout: 20_000 }).toBeLessThan(before - 0.2); // a step of the scale is 60 dB
  console.log(`noise: ${((before - (await level())) * 60).toFixed(0)} dB less`);
  await citizen.close();
});

test('a slow device: the blur is not switched on, and it says so', async () => {
  const slow = await launch('red'); // 30 frames a second of 640 by 360
  const citizen = await Citizen.visit(slow.browser, program.town);
  const { screen } = citizen;
  await citizen.draw();
  await screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  await expectColour(screen.getByLabel('Ihr Kamerabild'), 'red');
  // Each picture costs half a second more.
  await citizen.frame.evaluate(() => {
    const real = OffscreenCanvasRenderingContext2D.prototype.drawImage as (...args: unknown[]) => void;
    OffscreenCanvasRenderingContext2D.prototype.drawImage = function (this: unknown, ...args: unknown[]) {
      const until = performance.now() + 170;
      while (performance.now() < until);
      real.apply(this, args);
    } as typeof OffscreenCanvasRenderingContext2D.prototype.drawImage;
  });
  const blur = screen.getByLabel('Hintergrund weichzeichnen');
  await blur.click();
  await expect(screen.getByText(/^Das schafft Ihr Gerät leider nicht schnell genug/)).toBeVisible({ timeout: 60_000 });
  await expect(blur).not.toBeChecked();
  await expectColour(screen.getByLabel('Ihr Kamerabild'), 'red');
  await citizen.close();
  await slow.close();
});
