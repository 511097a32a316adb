// Sound and picture stay together (EN 301 549 6.5.4, REQUIREMENTS A13): the clerk's page films a flash and records a beep
// made at the same moment, and the citizen's page tells when each comes out.
import { expect, type Page, test } from '@playwright/test';
import { Citizen, Clerk, clickEnter } from './support/both-sides.ts';
import { launch } from './support/browser.ts';
import { startProgram } from './support/program.ts';

/** Milliseconds, and how many flashes are compared. */
const most = 100;
const flashes = 12;

/** Runs before all else: what the camera films and the microphone hears is made here, a flash and a beep every second. */
function filmFlashes(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const pen = canvas.getContext('2d');
  let context: AudioContext | undefined;
  let gain: GainNode | undefined;
  let sound: MediaStreamAudioDestinationNode | undefined;
  const start = () => {
    context = new AudioContext();
    void context.resume();
    sound = context.createMediaStreamDestination();
    gain = context.createGain();
    gain.gain.value = 0;
    const tone = context.createOscillator();
    tone.frequency.value = 1000;
    tone.connect(gain).connect(sound);
    tone.start();
    let frame = 0;
    setInterval(() => {
      const lit = frame % 30 < 5;
      if (pen) {
        pen.fillStyle = lit ? '#fff' : '#000';
        pen.fillRect(0, 0, 640, 360);
        pen.fillStyle = '#888'; // so that no frame is like the one before
        pen.fillRect((frame * 7) % 640, 340, 20, 20);
      }
      if (frame % 30 === 0) gain?.gain.setValueAtTime(0.5, context?.currentTime ?? 0);
      if (frame % 30 === 5) gain?.gain.setValueAtTime(0, context?.currentTime ?? 0);
      frame++;
    }, 1000 / 30);
  };
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (!context) start();
    const tracks = [
      ...(wish?.audio ? (sound?.stream.getAudioTracks() ?? []) : []),
      ...(wish?.video ? canvas.captureStream(30).getVideoTracks() : []),
    ];
    return new MediaStream(tracks);
  };
}

/** Notes when the picture becomes bright and when the tone begins, on the page's own clock. */
async function note(page: Page, heard: string, seen: string): Promise<{ lights: number[]; beeps: number[] }> {
  for (const frame of page.frames()) {
    const there = await frame.evaluate(
      ([heard, seen]) => document.querySelector(heard) !== null && document.querySelector(seen) !== null,
      [heard, seen] as const,
    );
    if (!there) continue;
    return frame.evaluate(
      async ([heard, seen, flashes]) => {
        const video = document.querySelector<HTMLVideoElement>(seen);
        const streams = [...document.querySelectorAll<HTMLMediaElement>(heard)].map((e) => e.srcObject as MediaStream);
        const pen = Object.assign(document.createElement('canvas'), { width: 8, height: 8 }).getContext('2d');
        const lights: number[] = [];
        const beeps: number[] = [];
        const context = new AudioContext();
        await context.resume();
        const analyser = context.createAnalyser();
        analyser.fftSize = 256;
        for (const stream of streams) if (stream) context.createMediaStreamSource(stream).connect(analyser);
        const wave = new Float32Array(256);
        let [bright, loud, quietSince] = [true, true, 0];
        const look = (now: number, meta: VideoFrameCallbackMetadata) => {
          if (video && pen) {
            pen.drawImage(video, 0, 0, 8, 6);
            const white = (pen.getImageData(4, 2, 1, 1).data[0] ?? 0) > 128;
            if (white && !bright) lights.push(Math.max(now, meta.expectedDisplayTime));
            bright = white;
          }
          video?.requestVideoFrameCallback(look);
        };
        video?.requestVideoFrameCallback(look);
        const listen = setInterval(() => {
          analyser.getFloatTimeDomainData(wave);
          const tone = wave.some((value) => Math.abs(value) > 0.05);
          const now = performance.now();
          if (!tone && loud) quietSince = now;
          if (tone && !loud && now - quietSince > 300) beeps.push(now);
          loud = tone;
        }, 4);
        while (lights.length < flashes || beeps.length < flashes) await new Promise((next) => setTimeout(next, 100));
        clearInterval(listen);
        await context.close();
        return { lights, beeps };
      },
      [heard, seen, flashes] as const,
    );
  }
  throw new Error('nobody is heard and seen here');
}

test('a flash and a beep of the same moment come out within 100 ms of each other', async () => {
  const program = await startProgram(['--unlimited']);
  const [town, office] = await Promise.all([launch('red'), launch('blue')]);
  const huber = await Clerk.signIn(office.browser, program);
  await huber.page.addInitScript(filmFlashes);
  await huber.page.reload();
  await huber.open();
  await huber.button('Kamera und Mikrofon einschalten').click();
  const citizen = await Citizen.visit(town.browser, program.town);
  await citizen.draw();
  await huber.button('Nächste Person aufrufen').click();
  await clickEnter(citizen.screen);
  await expect(citizen.screen.getByLabel(/^Frau Huber/)).toBeVisible({ timeout: 30_000 });
  const { lights, beeps } = await note(citizen.page, 'audio', 'video[aria-label^="Frau Huber"]');
  // To each flash the nearest beep; the first second may still be finding its step.
  const apart = lights.slice(2).map((at) => {
    const nearest = beeps.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a));
    return Math.round(nearest - at);
  });
  console.log(`sound after picture, ms: ${apart.join(' ')}`);
  const sorted = apart.map(Math.abs).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
  expect(apart.length).toBeGreaterThanOrEqual(flashes - 2);
  expect(median).toBeLessThanOrEqual(most);
  await Promise.all([town.close(), office.close()]);
  await program.stop();
});
