/** A day's openings as a bar. For the eye only: the same stands beside it as text. */
import { minutesOf } from './time';

export interface Span {
  from: string;
  to: string;
  /** It does not hold always. */
  limited?: boolean;
}

/** From six to twenty-one o'clock; earlier and later if an office is open then. */
export function scaleOf(spans: readonly Span[]): readonly [number, number] {
  const starts = spans.map((s) => minutesOf(s.from)).filter((n) => n >= 0);
  const ends = spans.map((s) => minutesOf(s.to)).filter((n) => n >= 0);
  const first = Math.floor(Math.min(360, ...starts) / 180) * 180;
  const last = Math.ceil(Math.max(1260, ...ends) / 180) * 180;
  return [first, Math.min(last, 1440)];
}

export function Bar({ spans, scale }: { spans: readonly Span[]; scale: readonly [number, number] }) {
  const [first, last] = scale;
  const hours: number[] = [];
  for (let at = first + 180; at < last; at += 180) hours.push(at);
  return (
    <svg
      class="day-bar"
      viewBox={`${first} 0 ${last - first} 60`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect class="ground" x={first} y="0" width={last - first} height="60" />
      {hours.map((at) => (
        <line key={at} x1={at} x2={at} y1="0" y2="60" />
      ))}
      {spans.map((s) => {
        const [from, to] = [minutesOf(s.from), minutesOf(s.to)];
        if (from < 0 || to <= from) return null;
        const kind = s.limited ? 'open limited' : 'open';
        return <rect key={s.from + s.to} class={kind} x={from} y="10" width={to - from} height="40" />;
      })}
    </svg>
  );
}

/** The hours above a column of bars. */
export function Scale({ scale: [first, last] }: { scale: readonly [number, number] }) {
  const hours: number[] = [];
  for (let at = first; at <= last; at += 180) hours.push(at);
  return (
    <span class="scale" aria-hidden="true">
      {hours.map((at) => (
        <span key={at}>{at / 60}</span>
      ))}
    </span>
  );
}
