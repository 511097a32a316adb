// The browser's own notification, for a citizen who looks at another window. Only in a window of our own: browsers
// refuse it to frames. It is asked for on a click, and never a condition.
import { type ReadonlySignal, signal } from '@preact/signals-core';

export type Notifying = NotificationPermission | 'unsupported';

export class Notifier {
  readonly #state = signal<Notifying>('unsupported');
  #shown: Notification | undefined;

  constructor(framed: boolean) {
    if (!framed && typeof Notification === 'function') this.#state.value = Notification.permission;
  }

  get state(): ReadonlySignal<Notifying> {
    return this.#state;
  }

  /** Asks; to be called on a click. */
  async ask(): Promise<void> {
    try {
      this.#state.value = await Notification.requestPermission();
    } catch {
      this.#state.value = 'denied';
    }
  }

  /** Shows a call, unless the citizen looks at this page anyway. A click on it leads here. */
  show(title: string, body: string): void {
    if (this.#state.peek() !== 'granted' || (document.visibilityState === 'visible' && document.hasFocus())) return;
    this.hide();
    try {
      const shown = new Notification(title, { body, tag: 'schalter', requireInteraction: true });
      shown.onclick = () => {
        window.focus();
        shown.close();
      };
      this.#shown = shown;
    } catch {
      // Some phones show them by a service worker only: there is sound, title and vibration.
    }
  }

  hide(): void {
    this.#shown?.close();
    this.#shown = undefined;
  }
}
