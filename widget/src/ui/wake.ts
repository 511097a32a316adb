// When a page that slept, or had no line, had better look at once whether its connection still stands.

/** Page visible again, network back; until the returned function is called. */
export function wake(listener: (why: 'visible' | 'online') => void): () => void {
  const visible = () => {
    if (document.visibilityState === 'visible') listener('visible');
  };
  const online = () => listener('online');
  document.addEventListener('visibilitychange', visible);
  addEventListener('online', online);
  return () => {
    document.removeEventListener('visibilitychange', visible);
    removeEventListener('online', online);
  };
}
