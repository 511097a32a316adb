// The token of the link: out of the address at once, and kept by this tab's own history, where a reload finds it again and
// nobody else does. No cookie, no storage.

interface Kept {
  guest?: unknown;
  lang?: unknown;
}

/** Empty: this page was opened without a link. */
export function takeToken(place: Pick<Location, 'hash' | 'pathname'>, history: History): string {
  const text = place.hash.replace(/^#/, '');
  if (/^\w{16,64}$/.test(text)) {
    history.replaceState({ guest: text } satisfies Kept, '', place.pathname);
    return text;
  }
  const kept = (history.state as Kept | null)?.guest;
  return typeof kept === 'string' ? kept : '';
}

/** The language that was chosen on this page, which a reload keeps. */
export function keptLang(history: History): string | undefined {
  const kept = (history.state as Kept | null)?.lang;
  return typeof kept === 'string' ? kept : undefined;
}

export function keepLang(lang: string, history: History): void {
  history.replaceState({ ...(history.state as Kept | null), lang } satisfies Kept, '');
}
