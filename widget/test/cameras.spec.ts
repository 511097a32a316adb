// A phone has two cameras: changing from one to the other in a conversation changes what is sent, without a new offer and
// without a gap that one would notice; in the device check the own picture follows.
import { expect, type Frame, type Locator, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { type Launched, launch, launchCameras } from './support/browser.ts';
import { watch, watchedCall } from './support/connections.ts';
import { type Program, startProgram } from './support/program.ts';

const slow = { timeout: 30_000 };
let program: Program;
let office: Launched;
let phone: Launched;

test.beforeAll(async () => {
  program = await startProgram(['--unlimited']);
  [office, phone] = await Promise.all([launch('blue'), launchCameras(['--use-fake-ui-for-media-stream'])]);
});

test.afterAll(async () => {
  await office?.close();
  await phone?.close();
  await program?.stop();
});

/**
 * Runs in the page: the first camera looks at its owner and the third away, as a phone's do. The browser's own test cameras
 * do not say where they look; the one between them films depth.
 */
function likeAPhone(): void {
  const media = navigator.mediaDevices;
  const ask = media.getUserMedia.bind(media);
  const side = async (wanted: string) => {
    const cameras = (await media.enumerateDevices()).filter(({ kind }) => kind === 'videoinput');
    return cameras.at(wanted === 'environment' ? 2 : 0)?.deviceId;
  };
  media.getUserMedia = async (wish) => {
    const video = wish?.video;
    if (typeof video !== 'object' || video.deviceId) return ask(wish);
    const { facingMode, ...rest } = video;
    const id = await side((facingMode as { ideal?: string })?.ideal ?? 'user');
    return ask({ ...wish, video: id ? { ...rest, deviceId: { exact: id } } : rest });
  };
  const settings = MediaStreamTrack.prototype.getSettings;
  MediaStreamTrack.prototype.getSettings = function () {
    const own = settings.call(this);
    if (this.kind !== 'video') return own;
    return { ...own, facingMode: /_2$|2\)?$/.test(this.label) ? 'environment' : 'user' };
  };
}

/** Labels of the cameras that are sent now, and how many offers were made so far. */
const sent = (frame: Frame) =>
  frame.evaluate(() => {
    const open = (window.connections ?? []).filter((pc) => pc.connectionState !== 'closed');
    return {
      cameras: open.flatMap((pc) =>
        pc.getSenders().flatMap(({ track }) => (track?.kind === 'video' ? [track.label] : [])),
      ),
      offers: open.map((pc) => pc.localDescription?.sdp.match(/^o=\S+ \S+ (\d+)/m)?.[1]),
    };
  });

/** Watches a picture. What it returns tells the longest time without a new one that was to be seen, in milliseconds. */
async function watchPicture(video: Locator): Promise<() => Promise<number>> {
  await video.evaluate((element: HTMLVideoElement) => {
    const seen = { last: performance.now(), longest: 0 };
    const next = () => {
      element.requestVideoFrameCallback(next);
      if (element.classList.contains('blank')) return;
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
    };
    element.requestVideoFrameCallback(next);
    Object.assign(window, { gap: () => Math.max(seen.longest, performance.now() - seen.last) });
  });
  return () => video.evaluate(() => (window as unknown as { gap: () => number }).gap());
}

test('front and back camera in a conversation: another track at once, no new offer', async () => {
  const { huber, citizen } = await watchedCall(program, phone.browser, office.browser, async (context) => {
    await context.addInitScript(likeAPhone);
  });
  await clickEnter(citizen.screen);
  const picture = huber.page.locator('.tile.citizen video');
  await expect(picture).toBeVisible(slow);
  await citizen.screen.getByRole('button', { name: 'Mehr' }).click();
  const turn = citizen.screen.getByRole('button', { name: 'Andere Kamera' });
  await expect(turn).toBeVisible();
  const { offers, cameras } = await sent(citizen.frame);
  expect(cameras).toEqual(['fake_device_0']);
  for (const camera of ['fake_device_2', 'fake_device_0']) {
    const gap = await watchPicture(picture);
    await turn.click();
    await expect.poll(() => sent(citizen.frame)).toEqual({ cameras: [camera], offers });
    // Some pictures of the new one, and what was missing until then.
    const frames = () =>
      picture.evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
    const since = await frames();
    await expect.poll(frames).toBeGreaterThan(since + 20);
    expect(await gap()).toBeLessThan(1_000);
  }
  await citizen.close();
  await huber.free();
});

test('in the device check the own picture follows the choice, and the other camera is given back', async () => {
  const huber = await Clerk.signIn(office.browser, program);
  await huber.open();
  const citizen = await Citizen.visit(phone.browser, program.town);
  await watch(citizen.page.context());
  await citizen.page.context().addInitScript(likeAPhone);
  await citizen.page.reload();
  await citizen.draw();
  await citizen.screen.getByRole('button', { name: 'Kamera und Mikrofon prüfen' }).click();
  const own = citizen.screen.locator('.preview video');
  await expect(own).toBeVisible(slow);
  const track = () =>
    own.evaluate((video: HTMLVideoElement) => (video.srcObject as MediaStream).getVideoTracks().map((t) => t.label));
  expect(await track()).toEqual(['fake_device_0']);
  const before = await own.evaluateHandle((video: HTMLVideoElement) => video.srcObject as MediaStream);
  const gap = await watchPicture(own);
  await citizen.screen.getByLabel('Kamera', { exact: true }).selectOption({ label: 'fake_device_2' });
  await expect.poll(track).toEqual(['fake_device_2']);
  await expect(own).not.toHaveClass(/blank/);
  expect(await gap()).toBeLessThan(1_000);
  expect(await before.evaluate((stream) => stream.getTracks().map((t) => t.readyState))).toEqual(['ended']);
  await huber.move('call');
  await clickEnter(citizen.screen);
  await expect.poll(async () => (await sent(citizen.frame)).cameras, slow).toEqual(['fake_device_2']);
  await citizen.close();
  await huber.free();
});
