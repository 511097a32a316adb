/** Fields: a visible label, a hint, and the error as a sentence, all bound to the control. */
import type { ComponentChildren, Ref } from 'preact';
import { useId } from 'preact/hooks';

interface Bound {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}

interface FieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

export function Field(p: FieldProps & { children: (bound: Bound) => ComponentChildren }) {
  const id = useId();
  const described = [p.hint && `${id}-hint`, p.error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{p.label}</label>
      {p.hint && (
        <span id={`${id}-hint`} class="hint">
          {p.hint}
        </span>
      )}
      {p.children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': p.error ? 'true' : undefined,
      })}
      {p.error && (
        <span id={`${id}-error`} class="error">
          {p.error}
        </span>
      )}
    </div>
  );
}

export interface TextInputProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'time' | 'tel' | 'date';
  name?: string;
  autocomplete?: string;
  required?: boolean;
  maxLength?: number;
  inputMode?: 'numeric';
  readOnly?: boolean;
  element?: Ref<HTMLInputElement>;
}

export function TextInput(p: TextInputProps) {
  // Preact's types know each type of input alone, not a union of them.
  const type = (p.type ?? 'text') as 'text';
  return (
    <Field label={p.label} hint={p.hint} error={p.error}>
      {(bound) => (
        <input
          {...bound}
          ref={p.element}
          type={type}
          name={p.name}
          autocomplete={p.autocomplete}
          required={p.required}
          maxLength={p.maxLength}
          inputMode={p.inputMode}
          readOnly={p.readOnly}
          value={p.value}
          onInput={(e) => p.onInput(e.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface TextAreaProps extends FieldProps {
  value: string;
  onInput: (value: string) => void;
  maxLength: number;
  rows?: number;
  /** How much of maxLength is left, as a sentence: shown below the field. */
  left: string;
  autofocus?: boolean;
}

export function TextArea(p: TextAreaProps) {
  const id = useId();
  return (
    <Field label={p.label} hint={p.hint} error={p.error}>
      {(bound) => (
        <>
          <textarea
            {...bound}
            aria-describedby={[bound['aria-describedby'], id].filter(Boolean).join(' ')}
            rows={p.rows ?? 3}
            maxLength={p.maxLength}
            value={p.value}
            onInput={(e) => p.onInput(e.currentTarget.value)}
            data-autofocus={p.autofocus ? '' : undefined}
          />
          <span id={id} class="hint">
            {p.left}
          </span>
        </>
      )}
    </Field>
  );
}

export interface SelectProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; text: string; lang?: string }[];
  name?: string;
}

export function Select(p: SelectProps) {
  return (
    <Field label={p.label} hint={p.hint} error={p.error}>
      {(bound) => (
        <select {...bound} name={p.name} value={p.value} onChange={(e) => p.onChange(e.currentTarget.value)}>
          {p.options.map((o) => (
            <option key={o.value} value={o.value} lang={o.lang}>
              {o.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
