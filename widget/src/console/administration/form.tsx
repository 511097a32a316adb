/** A form of the administration: a draft that no refusal loses, errors at the fields and in a summary, a word when saved. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Refusal, refusalOf } from '../../client/api';
import type { Settings } from '../../client/protocol';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import type { Texts } from '../../ui/texts.tsx';
import { useHere } from './context.tsx';
import { same } from './model';
import { type Key, useText } from './texts';

interface DraftOptions<T> {
  /** Which form: the draft is kept under this name. */
  name: string;
  part: (s: Settings) => T;
  /** Where it is sent. */
  method?: 'put' | 'post';
  below: string;
  body: (draft: T) => object;
  /** Paths of flaws begin with it: "authority." */
  prefix: (draft: T) => string;
  /** What only this page can know to be wrong, before it is sent. */
  check?: (draft: T) => readonly { path: string; key: string }[];
  saved?: () => void;
}

export interface Draft<T> {
  value: T;
  set: (change: Partial<T>) => void;
  dirty: boolean;
  save: () => Promise<void>;
  reset: () => void;
  /** The sentence for what is wrong with a field. */
  error: (field: string) => string | undefined;
  refusal: Refusal | undefined;
  flaws: readonly { path: string; key: string }[];
  done: boolean;
}

export function useDraft<T extends object>(o: DraftOptions<T>): Draft<T> {
  const { model, settings } = useHere();
  const text = useText();
  const fresh = o.part(settings);
  const kept = model.drafts.get(o.name) as { draft: T; base: T } | undefined;
  const [, redraw] = useState(0);
  const [refusal, setRefusal] = useState<Refusal>();
  const [own, setOwn] = useState<readonly { path: string; key: string }[]>([]);
  const [done, setDone] = useState(false);
  const value = kept?.draft ?? fresh;
  const flaws = [...own, ...(refusal?.flaws ?? [])].map((f) => ({
    key: f.key,
    path: f.path.startsWith(o.prefix(value)) ? f.path.slice(o.prefix(value).length) : f.path,
  }));
  const forget = () => {
    model.drafts.delete(o.name);
    setRefusal(undefined);
    setOwn([]);
  };
  return {
    value,
    dirty: kept !== undefined,
    refusal,
    flaws,
    done,
    set: (change) => {
      const draft = { ...value, ...change };
      const base = kept?.base ?? fresh;
      if (same(draft, base) && same(base, fresh)) model.drafts.delete(o.name);
      else model.drafts.set(o.name, { draft, base });
      setDone(false);
      redraw((n) => n + 1);
    },
    save: async () => {
      setDone(false);
      setRefusal(undefined);
      const wrong = o.check?.(value) ?? [];
      setOwn(wrong);
      if (wrong.length > 0) return;
      try {
        await model.save(o.method ?? 'put', o.below, o.body(value), o.part, kept?.base ?? fresh);
        forget();
        setDone(true);
        o.saved?.();
      } catch (error) {
        setRefusal(refusalOf(error));
      }
    },
    reset: () => {
      forget();
      setDone(false);
      redraw((n) => n + 1);
    },
    error: (field) => {
      const flaw = flaws.find((f) => f.path === field);
      return flaw && sentence(text, flaw.key);
    },
  };
}

/** The sentence for a refusal or flaw. */
export function sentence(text: Texts<Key>, key: string, id?: string): string {
  return text.maybe(`error.${key}`, { id: id ?? '–' }) ?? text('error.internal', { id: id ?? key });
}

interface FormProps<T> {
  draft: Draft<T>;
  title: ComponentChildren;
  lead?: ComponentChildren;
  children: ComponentChildren;
  /** What is said when it has been saved. */
  saved: string;
}

export function Form<T>({ draft, title, lead, children, saved }: FormProps<T>) {
  const text = useText();
  const form = useRef<HTMLFormElement>(null);
  const wrong = draft.refusal !== undefined || draft.flaws.length > 0;
  useEffect(() => {
    if (wrong) (form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? null)?.focus();
  }, [draft.refusal, draft.flaws.length]);
  return (
    <form
      ref={form}
      class="admin-form"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void draft.save();
      }}
    >
      <h1>{title}</h1>
      {lead && <p class="lead">{lead}</p>}
      <Alert>{wrong ? <Summary draft={draft} /> : ''}</Alert>
      {children}
      <div class="save">
        <Button onClick={draft.save} {...(draft.dirty ? {} : { reason: text('form.nothing') })}>
          {text('form.save')}
        </Button>
        {draft.dirty && (
          <Button kind="ghost" onClick={draft.reset}>
            {text('form.reset')}
          </Button>
        )}
        <span role="status" class="saved">
          {draft.done ? saved : ''}
        </span>
      </div>
    </form>
  );
}

function Summary<T>({ draft }: { draft: Draft<T> }) {
  const text = useText();
  const { refusal, flaws } = draft;
  return (
    <>
      <p>
        {refusal ? sentence(text, refusal.key, refusal.requestId) : text('error.settings_invalid')}
        {refusal && text('form.kept')}
      </p>
      {flaws.length > 0 && (
        <ul>
          {flaws.map((f) => (
            <li key={f.path + f.key}>
              <strong>{fieldName(text, f.path)}:</strong> {sentence(text, f.key)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What a field is called: by its whole path, or without its numbers ("hours.3"), which then follow. */
export function fieldName(text: Texts<Key>, path: string): string {
  const whole = text.maybe(`field.${path}`);
  if (whole) return whole;
  const [head = ''] = path.split('.');
  const number = /\.(\d+)/.exec(path)?.[1];
  const name = text.maybe(`field.${head}`) ?? path;
  return number === undefined ? name : `${name} (${Number(number) + 1})`;
}
