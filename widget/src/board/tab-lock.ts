// Of several tabs on the town's site, one shows the ticket. The others leave it there until the citizen asks for it.

/** How long the lock is waited for. The page before in this tab gives it back, on a busy device after seconds. */
const patience = { sameTab: 10_000, newTab: 1_000 };

export class TabLock {
  private free: (() => void) | undefined;
  private waiting: { end: AbortController; taken: Promise<boolean> } | undefined;

  constructor(private readonly name: string) {}

  /** True if this tab has it now. Where the browser has no locks, or refuses them, every tab has it. */
  take(steal = false): Promise<boolean> {
    if (this.free) return Promise.resolve(true);
    if (!steal && this.waiting) return this.waiting.taken;
    this.waiting?.end.abort();
    const end = new AbortController();
    const taken = this.request(steal ? { steal } : { signal: end.signal });
    if (steal) return taken;
    const timer = setTimeout(() => end.abort(), sameTab() ? patience.sameTab : patience.newTab);
    const waiting = { end, taken };
    this.waiting = waiting;
    void taken.then(() => {
      clearTimeout(timer);
      if (this.waiting === waiting) this.waiting = undefined;
    });
    return taken;
  }

  release(): void {
    this.free?.();
    this.free = undefined;
  }

  private request(options: LockOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const held = () => {
        resolve(true);
        return new Promise<void>((free) => {
          this.free = free;
        });
      };
      try {
        navigator.locks.request(this.name, options, held).catch((error: Error) => resolve(error.name !== 'AbortError'));
      } catch {
        resolve(true);
      }
    });
  }
}

/** Whether the page before this one was of the same site and in the same tab; a new tab's history is empty. */
function sameTab(): boolean {
  const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (load && load.type !== 'navigate') return true;
  return history.length > 1 && document.referrer.startsWith(`${location.origin}/`);
}
