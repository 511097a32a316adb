/** Fields that only the administration has. */
import type { ComponentChildren } from 'preact';
import type { Text } from '../../client/protocol';
import { Field, TextInput } from '../../ui/field.tsx';
import { languageNames, useText } from './texts';

/** A text in German and English, side by side. */
export function TextPair(p: {
  label: string;
  hint?: string;
  value: Text;
  onInput: (value: Text) => void;
  error?: string | undefined;
  maxLength: number;
}) {
  return (
    <div class="pair">
      {Object.entries(languageNames).map(([lang, name]) => (
        <TextInput
          key={lang}
          label={`${p.label} (${name})`}
          hint={lang === 'de' ? p.hint : undefined}
          value={p.value[lang] ?? ''}
          maxLength={p.maxLength}
          error={lang === 'de' ? p.error : undefined}
          onInput={(words) => p.onInput(withWords(p.value, lang, words))}
        />
      ))}
    </div>
  );
}

/** An empty text is none. */
function withWords(value: Text, lang: string, words: string): Text {
  const { [lang]: _, ...rest } = value;
  return words === '' ? rest : { ...rest, [lang]: words };
}

export function NumberInput(p: {
  label: string;
  hint?: string;
  value: number;
  onInput: (value: number) => void;
  min: number;
  max: number;
  error?: string | undefined;
}) {
  return (
    <Field label={p.label} hint={p.hint} error={p.error}>
      {(bound) => (
        <input
          {...bound}
          class="number"
          type="number"
          inputMode="numeric"
          min={p.min}
          max={p.max}
          value={String(p.value)}
          onInput={(e) => p.onInput(Math.trunc(Number(e.currentTarget.value)) || 0)}
        />
      )}
    </Field>
  );
}

export function TextArea(p: {
  label: string;
  hint?: string;
  value: string;
  onInput: (value: string) => void;
  rows: number;
  maxLength?: number;
  error?: string | undefined;
  lang?: string;
}) {
  return (
    <Field label={p.label} hint={p.hint} error={p.error}>
      {(bound) => (
        <textarea
          {...bound}
          rows={p.rows}
          maxLength={p.maxLength}
          lang={p.lang}
          value={p.value}
          onInput={(e) => p.onInput(e.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A group of fields with a heading. */
export function Group(p: { title: string; hint?: string; children: ComponentChildren }) {
  return (
    <section class="group">
      <h2>{p.title}</h2>
      {p.hint && <p class="muted">{p.hint}</p>}
      {p.children}
    </section>
  );
}

/** Stands in a list that is empty. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="muted">{children}</p>;
}

export function Back({ to }: { to: string }) {
  const text = useText();
  return (
    <a class="back" href={to}>
      ← {text('back')}
    </a>
  );
}
