// Messages: a subset of ICU, for all three programs. {x} puts a value in; {n, plural, =0 {..} one {..} other {# ..}}
// chooses by number, and # is the number. Braces nest. There is no escaping: our texts have no braces of their own.

export type Values = Record<string, string | number | undefined>;

/** Fills a pattern. A value that is missing becomes empty. */
export function format(pattern: string, lang: string, values: Values = {}, count?: number): string {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === '{') {
      const end = closing(pattern, i);
      out += placeholder(pattern.slice(i + 1, end), lang, values);
      i = end;
    } else if (char === '#' && count !== undefined) out += new Intl.NumberFormat(lang).format(count);
    else out += char;
  }
  return out;
}

function placeholder(inside: string, lang: string, values: Values): string {
  const [, name = '', choices] = /^\s*([^,\s]+)\s*(?:,\s*plural\s*,([\s\S]*))?$/.exec(inside) ?? [];
  if (choices === undefined) return String(values[name] ?? '');
  const count = Number(values[name]);
  const rule = new Intl.PluralRules(lang).select(count);
  const found = new Map<string, string>();
  for (let i = choices.indexOf('{'), from = 0; i >= 0; i = choices.indexOf('{', from)) {
    const end = closing(choices, i);
    found.set(choices.slice(from, i).trim(), choices.slice(i + 1, end));
    from = end + 1;
  }
  return format(found.get(`=${count}`) ?? found.get(rule) ?? found.get('other') ?? '', lang, values, count);
}

/** The index of the brace that closes the one at start; the end of the text if none does. */
function closing(text: string, start: number): number {
  for (let i = start, depth = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return text.length;
}
