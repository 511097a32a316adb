// The whole screen for the conversation. Where the browser has no full screen for pages (phones), the window is filled.

/** Asks the browser; what it answers, `watchFull` tells. */
export function fullScreen(on: boolean): void {
  if (on) void document.documentElement.requestFullscreen?.().catch(() => undefined);
  else if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
}

/** Calls when full screen is left by a key of the browser's own. */
export function watchFull(onLeft: () => void): () => void {
  const listen = () => {
    if (!document.fullscreenElement) onLeft();
  };
  document.addEventListener('fullscreenchange', listen);
  return () => document.removeEventListener('fullscreenchange', listen);
}
