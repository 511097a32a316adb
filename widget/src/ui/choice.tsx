/** Choices that are saved as they are made. A refused one springs back to what holds. */
import { useId, useRef } from 'preact/hooks';

interface CheckboxProps {
  label: string;
  hint?: string;
  checked: boolean;
  /** May return a promise: when it is settled, `checked` counts again. */
  onChange: (checked: boolean) => unknown;
}

export function Checkbox(p: CheckboxProps) {
  const id = useId();
  const holds = useRef(p.checked);
  holds.current = p.checked;
  const change = async (box: HTMLInputElement) => {
    await p.onChange(box.checked);
    box.checked = holds.current;
  };
  return (
    <div class="choice">
      <input
        id={id}
        type="checkbox"
        checked={p.checked}
        aria-describedby={p.hint && `${id}-hint`}
        onChange={(e) => void change(e.currentTarget)}
      />
      <label for={id}>{p.label}</label>
      {p.hint && (
        <span id={`${id}-hint`} class="hint">
          {p.hint}
        </span>
      )}
    </div>
  );
}

interface RadiosProps {
  legend: string;
  value: string;
  /** May return a promise: when it is settled, `value` counts again. */
  onChange: (value: string) => unknown;
  options: readonly { value: string; text: string; hint?: string }[];
}

export function Radios(p: RadiosProps) {
  const id = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const holds = useRef(p.value);
  holds.current = p.value;
  const change = async (value: string) => {
    await p.onChange(value);
    for (const radio of group.current?.querySelectorAll('input') ?? []) radio.checked = radio.value === holds.current;
  };
  return (
    <fieldset ref={group} class="choices">
      <legend>{p.legend}</legend>
      {p.options.map((o, i) => (
        <div class="choice" key={o.value}>
          <input
            id={`${id}-${i}`}
            type="radio"
            name={id}
            value={o.value}
            checked={o.value === p.value}
            aria-describedby={o.hint && `${id}-${i}-hint`}
            onChange={() => void change(o.value)}
          />
          <label for={`${id}-${i}`}>{o.text}</label>
          {o.hint && (
            <span id={`${id}-${i}-hint`} class="hint">
              {o.hint}
            </span>
          )}
        </div>
      ))}
    </fieldset>
  );
}
