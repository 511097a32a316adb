// Real browsers with a camera of a known colour. No autoplay flag: it would hide that sound needs a click.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, expect, type Locator } from '@playwright/test';

export type Colour = 'red' | 'blue' | 'green';

/** Y, U and V of each. */
const films: Record<Colour, [number, number, number]> = {
  red: [82, 90, 240],
  blue: [41, 240, 110],
  green: [145, 54, 34],
};

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
];

export interface Launched {
  browser: Browser;
  close(): Promise<void>;
}

/** A browser process of its own, whose camera films one colour. */
export async function launch(camera: Colour, more: string[] = ['--use-fake-ui-for-media-stream']): Promise<Launched> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-camera-'));
  const film = join(dir, 'camera.y4m');
  writeFilm(film, camera);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-back-forward-cache'], // citizens' browsers have it
    args: [...flags, `--use-file-for-fake-video-capture=${film}`, ...more],
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * A browser with three cameras, which show the browser's own test pictures: a film can stand for one camera only. The second
 * one films depth, which no browser sends.
 */
export async function launchCameras(more: string[] = []): Promise<Launched> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...flags, '--use-fake-device-for-media-stream=device-count=3', ...more],
  });
  return { browser, close: () => browser.close() };
}

/** A browser whose citizen has set something in its settings, such as what sites may store. */
export async function launchWith(settings: object, camera: Colour, more: string[]): Promise<Settled> {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-profile-'));
  const film = join(dir, 'camera.y4m');
  writeFilm(film, camera);
  mkdirSync(join(dir, 'Default'));
  writeFileSync(join(dir, 'Default', 'Preferences'), JSON.stringify(settings));
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: '/usr/bin/chromium',
    locale: 'de-DE',
    args: [...flags, `--use-file-for-fake-video-capture=${film}`, ...more],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Settled {
  context: BrowserContext;
  close(): Promise<void>;
}

/** Ten frames of 640x360 in one colour with a bar that moves, so that every frame is worth sending. */
function writeFilm(path: string, colour: Colour): void {
  const [width, height] = [640, 360];
  const [y, u, v] = films[colour];
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420\n`);
  for (let frame = 0; frame < 10; frame++) {
    writeSync(file, 'FRAME\n');
    const luma = Buffer.alloc(width * height, y);
    for (let row = 0; row < 16; row++) luma.fill(200, (row + frame * 8) * width, (row + frame * 8) * width + width);
    writeSync(file, luma);
    writeSync(file, Buffer.alloc((width * height) / 4, u));
    writeSync(file, Buffer.alloc((width * height) / 4, v));
  }
  closeSync(file);
}

/** The colour in the lower middle of a playing video: red, blue, green, or what it is instead. */
export function colourOf(video: Locator): Promise<string> {
  return video.evaluate((element) => {
    if (!(element instanceof HTMLVideoElement) || element.videoWidth === 0) return 'no picture';
    const canvas = document.createElement('canvas');
    canvas.width = 8;
    canvas.height = 8;
    const pen = canvas.getContext('2d');
    if (!pen) return 'no canvas';
    pen.drawImage(element, element.videoWidth / 2, element.videoHeight * 0.8, 8, 8, 0, 0, 8, 8);
    const [r = 0, g = 0, b = 0] = pen.getImageData(4, 4, 1, 1).data;
    if (r > 150 && g < 90 && b < 90) return 'red';
    if (b > 150 && r < 90 && g < 110) return 'blue';
    if (g > 150 && r < 110 && b < 110) return 'green';
    return `rgb(${r}, ${g}, ${b})`;
  });
}

export async function expectColour(video: Locator, colour: Colour): Promise<void> {
  await expect.poll(() => colourOf(video), { timeout: 15_000 }).toBe(colour);
}

/** The loudest moment of a while, over the sound of all these media elements, 0 to 1. A paused one is silent. */
export function loudest(media: Locator): Promise<number> {
  return media.evaluateAll(async (elements) => {
    const context = new AudioContext();
    const analysers = elements.flatMap((element) => {
      if (!(element instanceof HTMLMediaElement) || element.muted || element.paused) return [];
      if (!(element.srcObject instanceof MediaStream) || element.srcObject.getAudioTracks().length === 0) return [];
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(element.srcObject).connect(analyser);
      return [analyser];
    });
    const samples = new Float32Array(2048);
    let peak = 0;
    const until = performance.now() + 1500; // the fake microphone beeps once a second
    while (performance.now() < until) {
      for (const analyser of analysers) {
        analyser.getFloatTimeDomainData(samples);
        for (const s of samples) peak = Math.max(peak, Math.abs(s));
      }
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await context.close();
    return peak;
  });
}
