const PAUSE_MS = 2_000;

/** What nothing can be shown without: tried until it comes. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((over) => setTimeout(over, PAUSE_MS));
    }
  }
}
