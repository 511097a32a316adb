// Plays something on the chosen loudspeaker.

type Sinking = HTMLMediaElement & { setSinkId?: (id: string) => Promise<void> };

/** Whether this browser lets a page choose where it is heard. */
export function choosesOutput(): boolean {
  return typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
}

/** Sends an element's sound to a device; empty: the system's own choice. A device that is gone: the same. */
export async function sendTo(element: HTMLMediaElement, output: string): Promise<void> {
  const sinking: Sinking = element;
  await sinking.setSinkId?.(output).catch(() => sinking.setSinkId?.('').catch(() => undefined));
}

/** Plays a short rising tone. False: the browser played nothing. */
export async function playTone(output: string): Promise<boolean> {
  const context = new AudioContext();
  try {
    await context.resume();
    const end = context.createMediaStreamDestination();
    const volume = context.createGain();
    volume.connect(end);
    const audio = new Audio();
    audio.srcObject = end.stream;
    await sendTo(audio, output);
    await audio.play();
    const from = context.currentTime + 0.05;
    for (const [i, hertz] of [523, 659, 784].entries()) {
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(volume);
      tone.start(from + i * 0.25);
      tone.stop(from + i * 0.25 + 0.22);
    }
    volume.gain.setValueAtTime(0.25, from);
    volume.gain.linearRampToValueAtTime(0, from + 0.8);
    await new Promise((resolve) => setTimeout(resolve, 950));
    audio.pause();
    audio.srcObject = null;
    return context.state === 'running';
  } catch {
    return false;
  } finally {
    void context.close().catch(() => undefined);
  }
}

/** Plays a sound once and forgets it. False: the browser played nothing. */
export async function playOnce(sound: Blob, output: string): Promise<boolean> {
  const address = URL.createObjectURL(sound);
  const audio = new Audio(address);
  try {
    await sendTo(audio, output);
    const over = new Promise<boolean>((resolve) => {
      audio.onended = () => resolve(true);
      audio.onerror = () => resolve(false);
    });
    await audio.play();
    return await over;
  } catch {
    return false;
  } finally {
    audio.removeAttribute('src');
    URL.revokeObjectURL(address);
  }
}
