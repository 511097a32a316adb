// Of several tabs on the town's site, one shows the ticket. The others leave it there until the citizen asks for it.

/** The page before a reload gives its lock back in a moment; another tab doesn't. */
const patience = 1000;

export class TabLock {
  private free: (() => void) | undefined;

  constructor(private readonly name: string) {}

  /** True if this tab has it now. Where the browser has no locks, or refuses them, every tab has it. */
  take(steal = false): Promise<boolean> {
    if (this.free) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiting = new AbortController();
      setTimeout(() => waiting.abort(), patience);
      const held = () => {
        resolve(true);
        return new Promise<void>((free) => {
          this.free = free;
        });
      };
      try {
        navigator.locks
          .request(this.name, steal ? { steal } : { signal: waiting.signal }, held)
          .catch((error: Error) => resolve(error.name !== 'AbortError'));
      } catch {
        resolve(true);
      }
    });
  }

  release(): void {
    this.free?.();
    this.free = undefined;
  }
}
