/** Meter: a level from 0 to 1, for example of the microphone. */
export function Meter({ label, value }: { label: string; value: number }) {
  return (
    <span class="meter">
      <span class="small">{label}</span>
      <meter aria-label={label} min={0} max={1} value={Math.min(1, Math.max(0, value))} />
    </span>
  );
}
