// Keeps the screen on while somebody waits or talks, where the browser allows it.

export class Awake {
  #wanted = false;
  #lock: WakeLockSentinel | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => void this.#hold());
  }

  set(on: boolean): void {
    if (this.#wanted === on) return;
    this.#wanted = on;
    if (on) void this.#hold();
    else {
      void this.#lock?.release().catch(() => undefined);
      this.#lock = undefined;
    }
  }

  async #hold(): Promise<void> {
    if (!this.#wanted || document.visibilityState !== 'visible' || !navigator.wakeLock) return;
    try {
      const lock = await navigator.wakeLock.request('screen');
      if (this.#wanted) this.#lock = lock;
      else void lock.release();
    } catch {
      // Low battery, or not allowed in this frame: the screen may go dark, the place stays.
    }
  }
}
