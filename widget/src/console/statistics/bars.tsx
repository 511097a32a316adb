/** Bars as SVG: one row for each group, the value beside the bar as text. Widths are in percent, so that text keeps its size. */
import { useId } from 'preact/hooks';
import type { Words } from './texts';

export interface Bar {
  label: string;
  /** Length of the bar; undefined: hidden or unknown. */
  length: number | undefined;
  /** A part of it, drawn full; the rest is hatched. */
  part?: number | undefined;
  /** What stands beside it. */
  text: string;
  hidden: boolean;
}

interface BarsProps {
  title: string;
  bars: readonly Bar[];
  /** Names too long to stand beside a bar stand above it. */
  names: boolean;
  words: Words;
}

const line = 26;
const from = 26; // percent where a bar begins beside its label
const most = 54; // percent of the longest bar: its value must find room

export function Bars({ title, bars, names, words }: BarsProps) {
  const hatch = useId();
  const height = names ? 2 * line - 4 : line;
  const start = names ? 0 : from;
  const longest = Math.max(...bars.map((b) => b.length ?? 0), 1);
  const percent = (n: number) => (n / longest) * (names ? most + from : most);
  return (
    <svg
      class="bars"
      role="img"
      aria-label={summary(title, bars, words)}
      width="100%"
      height={bars.length * height + 4}
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" class="gap" />
          <rect width="2.500" height="6" class="full" />
        </pattern>
      </defs>
      {bars.map((b, i) => {
        const y = i * height + (names ? line - 4 : 0);
        return (
          <g key={b.label}>
            <text x="0" y={i * height + 17} class="label">
              {b.label}
            </text>
            {b.length !== undefined && b.length > 0 && (
              <rect
                x={`${start}%`}
                y={y + 4}
                width={`${percent(b.length)}%`}
                height={line - 9}
                class={b.part === undefined ? 'full' : 'whole'}
                fill={b.part === undefined ? undefined : `url(#${hatch})`}
              />
            )}
            {b.part !== undefined && b.part > 0 && (
              <rect x={`${start}%`} y={y + 4} width={`${percent(b.part)}%`} height={line - 9} class="full" />
            )}
            <text x={`${start + percent(b.length ?? 0) + 1.5}%`} y={y + 17} class="amount">
              {b.text}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function summary(title: string, bars: readonly Bar[], words: Words): string {
  const known = bars.filter((b) => (b.length ?? 0) > 0);
  const top = known.reduce<Bar | undefined>((a, b) => (a && (a.length ?? 0) >= (b.length ?? 0) ? a : b), undefined);
  if (!top) return words('chart.empty', { title });
  const hidden = bars.filter((b) => b.hidden).length;
  return words('chart.summary', { title, most: top.label, value: top.text, hidden }).replace(/ +/g, ' ');
}
