// The town's colour, corrected so that white on it and it on white hold 4.5:1 (WCAG 1.4.3, A26).

const fallback = '#0b4f6c';

/** Returns #rrggbb: the accent itself, or the lightest darker shade of it that holds; ours if it is no #rrggbb. */
export function readable(accent: string | undefined, needed = 4.5): string {
  const hex = /^#([0-9a-f]{6})$/i.exec(accent?.trim() ?? '')?.[1];
  if (!hex) return fallback;
  const channels = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  for (let share = 100; ; share--) {
    const darker = channels.map((channel) => Math.round((channel * share) / 100));
    if (onWhite(darker) >= needed) return `#${darker.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
  }
}

/** The contrast ratio of a colour against white. */
export function onWhite(channels: number[]): number {
  const [r = 0, g = 0, b = 0] = channels.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
}
