/** Dialog on the native element: focus is held inside, Esc closes, and the focus goes back to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** What Tab stops at. Of radio buttons only the chosen one. */
const STOPS = 'button, a[href], select, textarea, input:not([type=radio]), input[type=radio]:checked';

interface DialogProps {
  title: string;
  /** Called by Esc. Rendered means open: the parent stops rendering it. */
  onClose: () => void;
  children: ComponentChildren;
  /** The buttons; the least harmful first. */
  actions: ComponentChildren;
}

export function Dialog({ title, onClose, children, actions }: DialogProps) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  const cancel = (e: Event) => {
    e.preventDefault(); // the parent decides, and then stops rendering
    onClose();
  };

  // In a frame the browser would lead out of the dialog, into the page around it.
  const wrap = (e: KeyboardEvent) => {
    if (e.key !== 'Tab' || e.altKey || e.ctrlKey || e.metaKey) return;
    const stops = [...(element.current?.querySelectorAll<HTMLElement>(STOPS) ?? [])];
    const at = stops.indexOf(document.activeElement as HTMLElement); // -1: on the dialog, or on its text
    if (e.shiftKey ? at > 0 : at < stops.length - 1) return;
    e.preventDefault();
    (e.shiftKey ? stops.at(-1) : stops[0])?.focus();
  };

  return (
    <dialog ref={element} class="dialog" aria-labelledby={id} onCancel={cancel} onKeyDown={wrap}>
      <h2 id={id}>{title}</h2>
      {children}
      <div class="actions">{actions}</div>
    </dialog>
  );
}
