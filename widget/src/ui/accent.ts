/** The town's colour, made safe: dark enough for white text on it and for itself as text on white (4.5:1, A26). */

const needed = 4.5;
/** Text in the accent also stands on paper-2 and on its own soft tint, which are a little darker than white. */
const reserve = 1.15;

type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb | undefined {
  const m = /^#([0-9a-f]{6})$/i.exec(hex.trim());
  if (!m?.[1]) return undefined;
  const n = Number.parseInt(m[1], 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast of a colour against white, 1 to 21; 0 for what is no #rrggbb. */
export function contrastOnWhite(hex: string): number {
  const rgb = parse(hex);
  return rgb ? 1.05 / (luminance(rgb) + 0.05) : 0;
}

/** The colour itself, or a darker one of the same hue that holds contrast; undefined for what is no #rrggbb. */
export function safeAccent(hex: string): string | undefined {
  const rgb = parse(hex);
  if (!rgb) return undefined;
  for (let keep = 100; keep >= 0; keep -= 4) {
    const out = `#${rgb
      .map((c) =>
        Math.round((c * keep) / 100)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
    if (contrastOnWhite(out) >= needed * reserve) return out;
  }
  return '#000000';
}

/** Sets the town's colour on a root element. Through CSSOM, which a strict style-src allows. */
export function applyAccent(root: HTMLElement, hex: string | undefined): void {
  const safe = hex ? safeAccent(hex) : undefined;
  if (safe) root.style.setProperty('--schalter-accent', safe);
  else root.style.removeProperty('--schalter-accent');
}
