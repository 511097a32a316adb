/** "07:12", from an hour on "1:07:12". Never negative. */
export function clockText(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? rest : `${Math.floor(s / 3600)}:${rest}`;
}

/** A running or falling time. It is silent: what must be heard says a StatusRegion or an Alert. */
export function Timer({ seconds, label }: { seconds: number; label: string }) {
  return (
    <span class="timer num" role="timer" aria-live="off" aria-label={`${label} ${clockText(seconds)}`}>
      {clockText(seconds)}
    </span>
  );
}
