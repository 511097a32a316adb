// A film that is worth its bits: somebody who signs, in front of a wall with a pattern.
import { closeSync, openSync, writeSync } from 'node:fs';

const [width, height, frames] = [640, 360, 60];

/** 60 frames of 640x360 at 30 a second. */
export function writeSigner(path: string): void {
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F30:1 Ip A1:1 C420\n`);
  const wall = pattern(1);
  const skin = pattern(2);
  const neutral = Buffer.alloc((width * height) / 4, 118);
  for (let n = 0; n < frames; n++) {
    const turn = (2 * Math.PI * n) / frames;
    const luma = Buffer.from(wall);
    hand(luma, skin, 200 + 90 * Math.cos(turn), 190 + 70 * Math.sin(2 * turn), n);
    hand(luma, skin, 440 + 90 * Math.sin(turn), 190 + 70 * Math.cos(3 * turn), n + 7);
    writeSync(file, 'FRAME\n');
    writeSync(file, luma);
    writeSync(file, neutral);
    writeSync(file, neutral);
  }
  closeSync(file);
}

/** Brightness that a coder cannot leave out and can predict: soft noise, the same at each run. */
function pattern(seed: number): Buffer {
  const out = Buffer.alloc(width * height);
  let random = seed * 2654435761;
  for (let at = 0; at < out.length; at++) {
    random = (random * 1664525 + 1013904223) >>> 0;
    const before = at % width === 0 ? 128 : (out[at - 1] ?? 128);
    out[at] = (before * 3 + 64 + (random >>> 25)) >> 2;
  }
  return out;
}

function hand(luma: Buffer, skin: Buffer, x: number, y: number, turn: number): void {
  for (let row = -45; row < 45; row++) {
    for (let column = -35; column < 35; column++) {
      if ((row / 45) ** 2 + (column / 35) ** 2 > 1) continue;
      const to = Math.round(y + row) * width + Math.round(x + column);
      luma[to] = 90 + ((skin[((row + 60 + turn) * width + column + 60 + 2 * turn) % skin.length] ?? 0) >> 1);
    }
  }
}
