// The languages into which people most often ask for an interpreter, named by the browser in the citizen's language and
// in their own.

const OFTEN = [
  'ar',
  'bg',
  'en',
  'es',
  'fa',
  'fr',
  'hr',
  'it',
  'ku',
  'pl',
  'pt',
  'ro',
  'ru',
  'sq',
  'sr',
  'tr',
  'uk',
  'vi',
];

export interface LanguageOption {
  value: string;
  text: string;
}

/** Options for a select, by alphabet. `also`: a tag that must be among them, chosen elsewhere. */
export function languageOptions(lang: string, also?: string): LanguageOption[] {
  const tags = also && also !== 'dgs' && !OFTEN.includes(also) ? [...OFTEN, also] : OFTEN;
  return tags
    .filter((tag) => tag !== 'en' || lang !== 'en')
    .map((tag) => ({ value: tag, text: textOf(tag, lang) }))
    .sort((a, b) => a.text.localeCompare(b.text, lang));
}

function textOf(tag: string, lang: string): string {
  const ours = nameOf(tag, lang);
  const own = nameOf(tag, tag);
  return own.toLowerCase() === ours.toLowerCase() || own === tag ? ours : `${ours} (${own})`;
}

function nameOf(tag: string, lang: string): string {
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // not a language tag, or a browser without names
  }
}
