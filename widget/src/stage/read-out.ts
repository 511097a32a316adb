// What screen readers are told of what the others write: whole lines, or what has come when the writer pauses.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Line } from '../media/t140.ts';

/** A writer who rests so long has come to an end of some kind. */
export const REST_MS = 4_000;

/** What is new to be said: of each line of the others that has ended or rests, what was not said before. Remembers it in
 * `said`. Pure but for that. */
export function news(
  lines: readonly Line[],
  said: Map<number, string>,
  now: number,
  name: (id: string) => string,
): string {
  const out: string[] = [];
  for (const line of lines) {
    const before = said.get(line.id) ?? '';
    if (line.participant === '' || line.text === before || (!line.end && now - line.changed < REST_MS)) continue;
    said.set(line.id, line.text);
    const rest = line.text.startsWith(before) ? line.text.slice(before.length).trim() : line.text;
    if (rest) out.push(`${name(line.participant)}: ${rest}`);
  }
  return out.join(' ');
}

/** The text of the polite region. */
export function useReadOut(lines: readonly Line[], on: boolean, name: (id: string) => string): string {
  const said = useRef(new Map<number, string>());
  const [text, setText] = useState('');
  useEffect(() => {
    const tell = () => {
      const fresh = news(lines, said.current, Date.now(), name);
      if (fresh && on) setText(fresh);
    };
    tell();
    const timer = setTimeout(tell, REST_MS + 50);
    return () => clearTimeout(timer);
  }, [lines, on]);
  return text;
}
