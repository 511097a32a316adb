/** Texts: what an app says, by key. An app brings its messages; the authority may replace some of them. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { format, type Values } from '../locale/format.ts';

/** Messages of one language, flat: "desk.open" to an ICU pattern. */
export type Messages<Key extends string> = Readonly<Record<Key, string>>;
/** Texts that an authority replaced: by key, then by language (BoardAuthority.texts). */
export type Overrides = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Texts<Key extends string> {
  readonly lang: string;
  (key: Key, values?: Values): string;
  /** For keys that the server names, such as error.KEY: undefined if there is no such text. */
  maybe(key: string, values?: Values): string | undefined;
  /** A text in several languages from the server: in ours, else in German, else in any. */
  of(text: Readonly<Record<string, string>> | undefined): string;
}

export function createTexts<Key extends string>(
  lang: string,
  messages: Messages<Key>,
  overrides: Overrides = {},
): Texts<Key> {
  const known: Readonly<Record<string, string>> = messages;
  const maybe = (key: string, values?: Values) => {
    const pattern = overrides[key]?.[lang] || (Object.hasOwn(known, key) ? known[key] : undefined);
    return pattern === undefined ? undefined : format(pattern, lang, values);
  };
  const text = (key: Key, values?: Values) => maybe(key, values) ?? key;
  const of = (t: Readonly<Record<string, string>> | undefined) =>
    t ? t[lang] || t.de || Object.values(t).find((s) => s !== '') || '' : '';
  return Object.assign(text, { lang, maybe, of });
}

const Context = createContext<Texts<never> | undefined>(undefined);

/** Provides the texts to the tree below. */
export const TextProvider = Context.Provider;

/** The texts of the app. Each app wraps this in a hook of its own that names its keys. */
export function useTexts<Key extends string>(): Texts<Key> {
  const texts = useContext(Context);
  if (!texts) throw new Error('useTexts outside of a TextProvider');
  return texts as unknown as Texts<Key>;
}
