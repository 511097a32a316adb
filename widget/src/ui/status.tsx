import { Icon } from './icon.tsx';

/** Kinds of status. The shape differs as well as the colour, and the word is always there. */
export type StatusKind = 'open' | 'busy' | 'paused' | 'closed' | 'absent';

export function Status({ kind, children }: { kind: StatusKind; children: string }) {
  return (
    <span class={`status ${kind}`}>
      <Icon name={`shape-${kind}`} />
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
