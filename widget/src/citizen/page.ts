// What the server wrote into our page, and what the address says.

export interface PageConfig {
  lang: string;
  /** Slug of the authority; empty on the page of a one-time code, where the ticket says it. */
  slug: string;
}

export function pageConfig(page: Document): PageConfig {
  return {
    lang: page.documentElement.lang || 'de',
    slug: page.querySelector<HTMLMetaElement>('meta[name="schalter:slug"]')?.content ?? '',
  };
}

/** What the fragment of the address asks for. The board writes office=SLUG&lang=de, or lang=de alone. */
export type Errand = { kind: 'none' } | { kind: 'office'; office: string } | { kind: 'resume'; code: string };

export function errandOf(hash: string): Errand {
  const text = hash.replace(/^#/, '');
  const office = new URLSearchParams(text).get('office');
  if (office) return { kind: 'office', office };
  if (/^[\w-]{16,64}$/.test(text)) return { kind: 'resume', code: text };
  return { kind: 'none' };
}

/** The language in which the board was read, if the address says it. */
export function langOf(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, '')).get('lang') ?? undefined;
}

/** Reads the errand and wipes it: a one-time code must not stay in address and history. */
export function takeErrand(place: Location, history: History): Errand {
  const errand = errandOf(place.hash);
  if (errand.kind === 'resume') history.replaceState(null, '', place.pathname + place.search);
  return errand;
}

/** Whether this browser keeps our cookie. navigator.cookieEnabled says yes where the citizen has forbidden it to us. */
export function keepsCookies(page: Document): boolean {
  try {
    const probe = '__Host-probe=1; Path=/; Secure; SameSite=None; Partitioned';
    page.cookie = probe;
    const kept = page.cookie.includes('__Host-probe');
    page.cookie = `${probe}; Max-Age=0`;
    return kept;
  } catch {
    return false;
  }
}

/** Whether this browser can hold a conversation at all. */
export function supported(w: { RTCPeerConnection?: unknown; WebSocket?: unknown }): boolean {
  return typeof w.RTCPeerConnection === 'function' && typeof w.WebSocket === 'function';
}
