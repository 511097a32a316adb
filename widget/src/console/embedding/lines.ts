// The lines that a web editor copies. Pure.
import type { Embedding } from '../../protocol.gen.ts';

/** What the editor has chosen. */
export interface Choice {
  /** Slugs; all of them, or none: the board shows all, and those that come later. */
  offices: readonly string[];
  /** Empty: as the page. */
  lang: string;
  /** Level of the offices' headings, "2" to "6". */
  heading: string;
}

/** What our frame asks of the page; the same as in the board (board/probe.ts). */
const allow =
  'camera; microphone; display-capture; autoplay; fullscreen; screen-wake-lock; clipboard-write; speaker-selection';

const words = { de: 'Virtuelles Bürgerbüro öffnen', en: 'Open the virtual citizens’ office' };

function label({ lang }: Choice): string {
  return lang === 'en' ? words.en : words.de;
}

/** The offices to be named: none if the board shall show all. */
function named(e: Embedding, { offices }: Choice): readonly string[] {
  return offices.length === e.offices.length ? [] : offices;
}

/** The board's page of our own: of the one office, if it is one. */
export function linkOf(e: Embedding, choice: Choice): string {
  const [first, ...more] = named(e, choice);
  return `${e.origin}/${e.slug}${first && !more.length ? `/${first}` : ''}`;
}

export function scriptLines(e: Embedding, choice: Choice): string {
  const offices = named(e, choice);
  const data = [
    offices.length ? ` data-office="${offices.join(' ')}"` : '',
    choice.lang ? ` data-lang="${choice.lang}"` : '',
    choice.heading === '3' ? '' : ` data-heading="${choice.heading}"`,
  ].join('');
  return [
    `<schalter-board${data}><a href="${linkOf(e, choice)}">${label(choice)}</a></schalter-board>`,
    `<script async src="${e.origin}/b/${e.slug}.js"></script>`,
  ].join('\n');
}

export function frameLine(e: Embedding): string {
  return `<iframe src="${e.origin}/f/${e.slug}/" title="Virtuelles Bürgerbüro" width="100%" height="900" allow="${allow}"></iframe>`;
}

export function anchorLine(e: Embedding, choice: Choice): string {
  return `<a href="${linkOf(e, choice)}">${label(choice)}</a>`;
}

/** The real board, framed by the console. */
export function previewAddress(e: Embedding, choice: Choice): string {
  const query = new URLSearchParams();
  const offices = named(e, choice);
  if (offices.length) query.set('office', offices.join(' '));
  if (choice.lang) query.set('lang', choice.lang);
  query.set('heading', choice.heading);
  return `${e.origin}/p/${e.slug}?${query}`;
}

export function posterAddress(office: string): string {
  return `/api/v1/console/poster.pdf${office ? `?office=${encodeURIComponent(office)}` : ''}`;
}

/** Where a header is set. */
export type Place = 'plain' | 'apache' | 'nginx' | 'meta';

/** What a Content-Security-Policy needs beside what it has, each with a key that says what for. */
export function cspParts(origin: string): { key: 'script' | 'frame' | 'connect'; text: string }[] {
  return [
    { key: 'script', text: `script-src ${origin}` },
    { key: 'frame', text: `frame-src ${origin}` },
    { key: 'connect', text: `connect-src ${origin}` },
  ];
}

/** The three parts as a whole line. A page that has such a line already extends that one: two of them both count. */
export function cspLine(origin: string, place: Place): string {
  const policy = cspParts(origin)
    .map(({ text }) => text.replace(' ', " 'self' "))
    .join('; ');
  return inPlace('Content-Security-Policy', policy, place) ?? '';
}

/** undefined: a Permissions-Policy cannot stand in the page itself. */
export function permissionsLine(origin: string, place: Place): string | undefined {
  const features = ['camera', 'microphone', 'display-capture', 'fullscreen'];
  return inPlace('Permissions-Policy', features.map((name) => `${name}=(self "${origin}")`).join(', '), place);
}

function inPlace(name: string, value: string, place: Place): string | undefined {
  const quote = value.includes('"') ? "'" : '"';
  switch (place) {
    case 'plain':
      return `${name}: ${value}`;
    case 'apache':
      return `Header always set ${name} ${quote}${value}${quote}`;
    case 'nginx':
      return `add_header ${name} ${quote}${value}${quote} always;`;
    case 'meta':
      return name === 'Permissions-Policy' ? undefined : `<meta http-equiv="${name}" content="${value}">`;
  }
}

/** The origin of what somebody has typed as the address of a page; undefined if it is none. */
export function originOf(typed: string): string | undefined {
  const text = typed.trim();
  if (!text) return undefined;
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
    return /^https?:$/.test(url.protocol) && url.hostname ? url.origin : undefined;
  } catch {
    return undefined;
  }
}

/** The page with the doctor. */
export function checkAddress(typed: string): string | undefined {
  if (!originOf(typed)) return undefined;
  const text = typed.trim();
  const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  url.hash = 'schalter-check';
  return url.href;
}

/** As civic.Authority.Lists: "https://*.town.de" admits every subdomain. */
export function isListed(origin: string, origins: readonly string[]): boolean {
  return origins.some((entry) => {
    const [scheme, domain] = entry.split('://*');
    if (domain?.startsWith('.')) return origin.startsWith(`${scheme}://`) && origin.endsWith(domain);
    return entry === origin;
  });
}
