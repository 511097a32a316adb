import type { JSX } from 'preact';
import { Drawing } from './icon.tsx';

/** Kinds of status. The shape differs as well as the colour, and the word is always there. */
export type StatusKind = 'open' | 'busy' | 'paused' | 'closed' | 'absent';

/** Full, half, bars, ring, dashed ring. */
const shapes: Record<StatusKind, JSX.Element> = {
  open: <circle cx="12" cy="12" r="10" fill="currentColor" />,
  busy: (
    <>
      <circle cx="12" cy="12" r="10" />
      <path d="M12 2a10 10 0 0 0 0 20Z" fill="currentColor" />
    </>
  ),
  paused: <path d="M8 3v18M16 3v18" stroke-width="5" />,
  closed: <circle cx="12" cy="12" r="9.5" stroke-width="3" />,
  absent: <circle cx="12" cy="12" r="9.5" stroke-width="3" stroke-dasharray="5 5" />,
};

export function Status({ kind, children }: { kind: StatusKind; children: string }) {
  return (
    <span class={`status ${kind}`}>
      <Drawing>{shapes[kind]}</Drawing>
      {children}
    </span>
  );
}

/** The one polite live region of a screen. It stays in the document; only its text changes (A22). */
export function StatusRegion({ text, visible }: { text: string; visible?: boolean }) {
  return (
    <div role="status" aria-live="polite" class={visible ? undefined : 'only-heard'}>
      {text}
    </div>
  );
}
