// Messages: a subset of ICU, for all three programs. {x} puts a value in; {n, plural, =0 {..} one {..} other {# ..}}
// chooses by number, and # is the number; inside a choice {x} works, too, but no second plural. There is no escaping:
// our texts have no braces of their own.

export type Values = Record<string, string | number | undefined>;

const choice = String.raw`\s*([=\w]+)\s*\{((?:[^{}]|\{\w+\})*)\}`;
const placeholder = new RegExp(String.raw`\{\s*(\w+)\s*(?:,\s*plural\s*,((?:${choice})+)\s*)?\}`, 'g');

/** Fills a pattern. A value that is missing becomes empty. */
export function format(pattern: string, lang: string, values: Values = {}): string {
  return pattern.replace(placeholder, (_, name: string, choices?: string) => {
    const value = values[name] ?? '';
    if (!choices) return String(value);
    const found = new Map<string | undefined, string | undefined>();
    for (const [, key, text] of choices.matchAll(new RegExp(choice, 'g'))) found.set(key, text);
    const rule = new Intl.PluralRules(lang).select(Number(value));
    const text = found.get(`=${value}`) ?? found.get(rule) ?? found.get('other') ?? '';
    return format(text.replace(/#/g, new Intl.NumberFormat(lang).format(Number(value))), lang, values);
  });
}
