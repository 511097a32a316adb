/** Button: no dead buttons. One that can't be pressed now stays in the tab order and says why; one that was pressed is
 * busy until its answer is here, so that a double click does nothing twice. */
import type { ComponentChildren, Ref } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps {
  kind?: 'primary' | 'ghost' | 'danger';
  icon?: IconName;
  children: ComponentChildren;
  /** May return a promise: the button is busy until it is settled. Absent in a form's submit button. */
  onClick?: () => unknown;
  /** Why it can't be pressed at the moment. The sentence stands below the button. */
  reason?: string | undefined;
  /** The sentence stands elsewhere already, in the element of this id: not repeated below the button. */
  reasonId?: string;
  busy?: boolean;
  /** Makes it a toggle. The label stays the same in both states. */
  pressed?: boolean;
  /** As aria-keyshortcuts, for example "Control+Alt+N", and as shown, for example "Strg+Alt+N". */
  shortcut?: { keys: string; shown: string };
  /** Replaces the visible text for readers; must begin with it. */
  label?: string;
  submit?: boolean;
  class?: string;
  autofocus?: boolean;
  expanded?: boolean;
  element?: Ref<HTMLButtonElement>;
}

export function Button(p: ButtonProps) {
  const id = useId();
  const [waiting, setWaiting] = useState(false);
  const held = useRef(false); // at once, unlike the state: a double click comes before the next rendering
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const busy = waiting || p.busy === true;
  const blocked = p.reason !== undefined;
  const shown = blocked && !p.reasonId;

  const click = (e: Event) => {
    if (blocked || busy || held.current) {
      e.preventDefault();
      return;
    }
    const answer = p.onClick?.();
    if (!(answer instanceof Promise)) return;
    held.current = true;
    setWaiting(true);
    const done = () => {
      held.current = false;
      if (mounted.current) setWaiting(false);
    };
    answer.then(done, (err: unknown) => {
      done();
      throw err; // an unhandled fault stays visible in the browser's console
    });
  };

  const kind = p.kind ?? 'primary';
  const button = (
    <button
      ref={p.element}
      type={p.submit ? 'submit' : 'button'}
      class={`button${kind === 'primary' ? '' : ` ${kind}`}${p.class ? ` ${p.class}` : ''}`}
      onClick={click}
      aria-disabled={blocked ? 'true' : undefined}
      aria-busy={busy ? 'true' : undefined}
      aria-pressed={p.pressed}
      aria-expanded={p.expanded}
      aria-label={p.label}
      aria-keyshortcuts={p.shortcut?.keys}
      aria-describedby={blocked ? (p.reasonId ?? id) : undefined}
      data-autofocus={p.autofocus ? '' : undefined}
    >
      {p.icon && <Icon name={p.icon} />}
      <span>{p.children}</span>
      {p.shortcut && (
        <span class="keys" aria-hidden="true">
          {p.shortcut.shown}
        </span>
      )}
    </button>
  );
  if (!shown) return button;
  return (
    <div class="button-with-reason">
      {button}
      <span id={id} class="reason">
        {p.reason}
      </span>
    </div>
  );
}
