// A camera that films a drawn person before a chequered wall, and a microphone in which there is nothing but noise.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [WIDTH, HEIGHT] = [320, 180];

export interface Props {
  /** Flags for the browser. */
  flags: string[];
  remove(): void;
}

/** `fps`: of the camera. A slow one leaves time for a slow machine. */
export function person(fps: number): Props {
  const dir = mkdtempSync(join(tmpdir(), 'schalter-person-'));
  writeFileSync(join(dir, 'person.y4m'), film(fps));
  writeFileSync(join(dir, 'noise.wav'), noise());
  return {
    flags: [
      `--use-file-for-fake-video-capture=${join(dir, 'person.y4m')}`,
      `--use-file-for-fake-audio-capture=${join(dir, 'noise.wav')}`,
    ],
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function film(fps: number): Buffer {
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${fps}:1 Ip A1:1 C420\n`)];
  for (let frame = 0; frame < 10; frame++) {
    const y = Buffer.alloc(WIDTH * HEIGHT);
    const u = Buffer.alloc((WIDTH * HEIGHT) / 4);
    const v = Buffer.alloc((WIDTH * HEIGHT) / 4);
    for (let row = 0; row < HEIGHT; row++) {
      for (let column = 0; column < WIDTH; column++) {
        const [r, g, b] = colourAt(column * 2, row * 2, frame);
        y[row * WIDTH + column] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
        if (row % 2 || column % 2) continue;
        const i = (row / 2) * (WIDTH / 2) + column / 2;
        u[i] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
        v[i] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
      }
    }
    parts.push(Buffer.from('FRAME\n'), y, u, v);
  }
  return Buffer.concat(parts);
}

type Colour = readonly [r: number, g: number, b: number];

/** On a canvas of 640 by 360. */
function colourAt(x: number, y: number, frame: number): Colour {
  const middle = 320 + Math.round(4 * Math.sin(frame / 3));
  const within = (x0: number, y0: number, rx: number, ry: number) => ((x - x0) / rx) ** 2 + ((y - y0) / ry) ** 2;
  let colour: Colour = ((x >> 4) + (y >> 4)) % 2 ? [225, 225, 205] : [60, 90, 110];
  if (within(middle, 370, 150, 150) < 1) {
    const shade = 1 - (0.25 * Math.abs(x - middle)) / 150;
    colour = within(middle, 235, 38, 50) < 1 ? [235, 235, 235] : [40 * shade, 50 * shade, 90 * shade];
  }
  if (Math.abs(x - middle) < 32 && y > 190 && y < 250) colour = [190, 140, 115]; // neck
  if (within(middle, 118, 72, 86) < 1) colour = [50, 35, 25]; // hair
  const face = within(middle, 140, 58, 74);
  if (face < 1) {
    const shade = 1 - 0.18 * face;
    colour = [222 * shade, 170 * shade, 142 * shade];
    const eye = (rx: number, ry: number) =>
      within(middle - 22, 128, rx, ry) < 1 || within(middle + 22, 128, rx, ry) < 1;
    if (eye(11, 6)) colour = [245, 245, 245];
    if (eye(5, 5)) colour = [40, 25, 20];
    if (Math.abs(y - 114) < 3 && Math.abs(Math.abs(x - middle) - 22) < 14) colour = [60, 40, 30]; // brows
    if (within(middle, 152, 7, 16) < 1 && x > middle) colour = [180, 130, 105]; // nose
    if (within(middle, 180, 20, 6) < 1) colour = [170, 70, 70]; // mouth
  }
  if (within(middle - 60, 140, 8, 16) < 1 || within(middle + 60, 140, 8, 16) < 1) colour = [205, 150, 125]; // ears
  return colour;
}

/** Four seconds of white noise, the same each time. */
function noise(): Buffer {
  const [rate, seconds] = [48_000, 4];
  const data = Buffer.alloc(rate * seconds * 2);
  let seed = 1;
  for (let i = 0; i < data.length; i += 2) {
    seed = (seed * 48_271) % 2_147_483_647;
    data.writeInt16LE(Math.round((seed / 2_147_483_647 - 0.5) * 12_000), i);
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // one channel
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
