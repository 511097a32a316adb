// The board's bell, for calls when the frame's own sound sleeps. Made of tones, no file. Chimes are short (A31).

const chimeEvery = 6000;
const chimes = 10;

let audio: AudioContext | undefined;
let timer: ReturnType<typeof setInterval> | undefined;

/** Wakes the sound; to be called in a click, where browsers allow it. */
export function unlock(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
  } catch {
    // a browser without sound rings by title and picture
  }
}

/** Rings for at most a minute, in a volume of 0 to 1. After a reload the sound may sleep until the citizen touches the page. */
export function ring(on: boolean, volume = 1): void {
  clearInterval(timer);
  removeEventListener('pointerdown', unlock, true);
  if (!on) return;
  unlock();
  addEventListener('pointerdown', unlock, true);
  let left = chimes;
  const next = () => {
    if (left-- > 0) chime(volume);
    else ring(false);
  };
  next();
  timer = setInterval(next, chimeEvery);
}

function chime(loud: number): void {
  if (audio?.state !== 'running' || loud < 0.01) return;
  for (const [i, pitch] of [659, 523, 587, 392].entries()) {
    const start = audio.currentTime + i * 0.45;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25 * loud, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.9);
  }
}
