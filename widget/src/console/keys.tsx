/** The keys of the desk: what they are, what they do, and the list of them. */
import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useText } from './texts';

// All with Ctrl and Alt, none alone (WCAG 2.1.4). Not E, M and Q, which make €, µ and @ on German keyboards, and not N
// and J, which start NVDA and JAWS.
const shortcuts = {
  next: 'A',
  again: 'W',
  park: 'P',
  transfer: 'U',
  ask: 'F',
  finish: 'B',
  pause: 'K',
  message: 'S',
  list: 'H',
} as const;

export type Shortcut = keyof typeof shortcuts;

const names = Object.keys(shortcuts) as Shortcut[];

/** What a button with this shortcut says of it. */
export function useKeys(shortcut: Shortcut): { keys: string; shown: string } {
  const text = useText();
  const letter = shortcuts[shortcut];
  return { keys: `Control+Alt+${letter}`, shown: text('keys.shown', { letter }) };
}

/** Hears the keys. By their place, for Ctrl+Alt changes the letter on some keyboards. */
export function useShortcuts(press: (shortcut: Shortcut) => void): void {
  const latest = useRef(press);
  latest.current = press;
  useEffect(() => {
    const hear = (e: KeyboardEvent) => {
      const shortcut = shortcutOf(e);
      if (!shortcut || document.querySelector('dialog[open]')) return;
      e.preventDefault();
      latest.current(shortcut);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
}

function shortcutOf(e: KeyboardEvent): Shortcut | undefined {
  if (!e.ctrlKey || !e.altKey || e.shiftKey || e.metaKey || e.repeat || e.getModifierState('AltGraph'))
    return undefined;
  return names.find((name) => e.code === `Key${shortcuts[name]}`);
}

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const text = useText();
  return (
    <Dialog
      title={text('keys.title')}
      onClose={onClose}
      actions={
        <Button autofocus onClick={onClose}>
          {text('keys.close')}
        </Button>
      }
    >
      <ul class="keys-list">
        {names.map((name) => (
          <li key={name}>
            {text(`keys.${name}`)} <kbd>{text('keys.shown', { letter: shortcuts[name] })}</kbd>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
