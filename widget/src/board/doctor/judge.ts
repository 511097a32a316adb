// From what was seen on the page to what stands in the way, each with the line that mends it. Pure.

import { allow, type Feature } from '../probe.ts';
import { mendPermissions, mendPolicy } from './mend.ts';

/** A policy that has forbidden us something. */
export interface Policy {
  text: string;
  /** It stands in a meta element of the page, not in a header. */
  meta: boolean;
}

export interface BoardFact {
  /** Why nobody can see or use it. */
  trouble?: 'hidden' | 'narrow' | 'covered' | 'clipped';
  /** The element of the page that is to blame, as "div#cookie.banner". */
  by?: string;
  /** Offices named by data-office that do not exist. */
  unknown: string[];
  /** A link stands inside: it remains where no script runs. */
  link: boolean;
}

export interface Facts {
  /** Ours, and the authority's part of its addresses. */
  origin: string;
  slug: string;
  /** The page's origin; "null" in a sandbox. */
  page: string;
  /** The page's address without what follows a #. */
  address: string;
  secure: boolean;
  /** Origins around the page, if it stands in a frame itself; undefined if it does not. */
  around?: string[];
  /** Headers that the page was served with; undefined if they can't be read. */
  headers?: { permissions?: string; coep?: string };
  forbids: { frame?: Policy; connect?: Policy };
  /** A frame of ours has answered. */
  ready: boolean;
  /** Our server finds the page's origin in the authority's list; undefined: it did not answer. */
  listed?: boolean;
  /** What a frame of ours may do here; undefined: this browser does not tell. */
  allowed: Partial<Record<Feature, boolean>>;
  /** The person at this browser has forbidden the page camera or microphone. */
  denied: boolean;
  stores: boolean;
  boards: BoardFact[];
}

/** Keys of doctor.*.json: "bad.frame", "good.https". */
export interface Finding {
  level: 'bad' | 'hint' | 'good';
  key: string;
  values?: Record<string, string>;
  /** To be copied. */
  lines?: { key: string; text: string }[];
}

export function judge(facts: Facts): Finding[] {
  const own = facts.page === facts.origin;
  const findings =
    facts.page === 'null'
      ? [sandbox(facts), ...boards(facts)]
      : [https(facts), frame(facts), status(facts), ...media(facts), storage(facts), ...boards(facts)];
  if (own) findings.unshift(scriptless(facts));
  const order = { bad: 0, hint: 1, good: 2 };
  return findings.sort((a, b) => order[a.level] - order[b.level]);
}

function sandbox({ around, address }: Facts): Finding {
  if (around) return { level: 'bad', key: 'sandbox_preview', values: { address } };
  return {
    level: 'bad',
    key: 'sandbox',
    lines: [
      {
        key: 'header',
        text: 'Content-Security-Policy: sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox',
      },
    ],
  };
}

function https({ secure, address }: Facts): Finding {
  if (secure) return { level: 'good', key: 'https' };
  const safe = address.replace(/^http:/, 'https:');
  return {
    level: 'bad',
    key: 'insecure',
    lines: [
      { key: 'address', text: safe },
      { key: 'apache', text: `Redirect permanent / ${new URL(safe).origin}/` },
    ],
  };
}

/** Whether a frame of ours can stand on the page; if not, why. */
function frame(facts: Facts): Finding {
  const { forbids, headers, listed, origin, page, ready, slug, around } = facts;
  if (forbids.frame) {
    return {
      level: 'bad',
      key: 'frame',
      values: { line: `frame-src ${origin}` },
      lines: [mended(facts, forbids.frame)],
    };
  }
  if (ready) return { level: 'good', key: 'frame' };
  if (listed === undefined)
    return { level: 'bad', key: 'unreachable', values: { origin }, lines: [test(origin, slug)] };
  if (!listed) return { level: 'bad', key: 'unlisted', values: { page }, lines: [{ key: 'list', text: page }] };
  if (around?.length) {
    return {
      level: 'bad',
      key: 'around',
      values: { around: around.join(', ') },
      lines: around.map((text) => ({ key: 'list', text })),
    };
  }
  if (headers?.coep && headers.coep !== 'unsafe-none') {
    const text = 'Cross-Origin-Embedder-Policy: require-corp\nCross-Origin-Resource-Policy: cross-origin';
    return { level: 'bad', key: 'coep', values: { coep: headers.coep }, lines: [{ key: 'proxy', text }] };
  }
  return { level: 'bad', key: 'silent', values: { origin }, lines: [test(origin, slug)] };
}

/** An address by which people can try whether they reach us. */
function test(origin: string, slug: string) {
  return { key: 'address', text: `${origin}/${slug}` };
}

function status(facts: Facts): Finding {
  const { forbids, origin } = facts;
  if (!forbids.connect) return { level: 'good', key: 'connect' };
  const said = forbids.frame?.text === forbids.connect.text; // one line for both
  const lines = said ? [] : [mended(facts, forbids.connect)];
  return { level: 'hint', key: said ? 'connect_too' : 'connect', values: { line: `connect-src ${origin}` }, lines };
}

/** The page's own policy with us in it, where it stood. */
function mended({ origin }: Facts, { text, meta }: Policy) {
  const policy = mendPolicy(text, origin, ['frame-src', 'connect-src']);
  return meta
    ? { key: 'meta', text: `<meta http-equiv="Content-Security-Policy" content="${policy}">` }
    : { key: 'header', text: `Content-Security-Policy: ${policy}` };
}

function media(facts: Facts): Finding[] {
  const { allowed, around, denied, headers, origin, secure } = facts;
  const header = {
    key: 'header',
    text: `Permissions-Policy: ${mendPermissions(headers?.permissions, origin)}`,
  };
  // A page in a frame inherits what the frame forbids; then no header of its own helps.
  const inherited = around && headers && !headers.permissions;
  const outer = { key: 'outer', text: '<iframe allow="camera; microphone; display-capture; fullscreen">' };
  const lines = [inherited ? outer : header];
  if (!secure) return [];
  if (allowed.camera === false || allowed.microphone === false) {
    const what = [allowed.camera === false && 'camera', allowed.microphone === false && 'microphone'].filter(Boolean);
    return [{ level: 'bad', key: inherited ? 'policy_outer' : 'policy', values: { what: what.join(', ') }, lines }];
  }
  const found: Finding[] = [];
  if (denied) found.push({ level: 'bad', key: 'camera' });
  else if (allowed.camera === undefined) found.push({ level: 'hint', key: 'policy_unknown', lines: [header] });
  else found.push({ level: 'good', key: 'policy' });
  const less = (['display-capture', 'fullscreen'] as const).filter((feature) => allowed[feature] === false);
  if (less.length) found.push({ level: 'hint', key: 'display', values: { what: less.join(', ') }, lines });
  return found;
}

function storage({ stores }: Facts): Finding {
  return stores ? { level: 'good', key: 'storage' } : { level: 'hint', key: 'storage' };
}

function boards({ boards, origin, slug }: Facts): Finding[] {
  const element = {
    key: 'html',
    text: `<schalter-board><a href="${origin}/${slug}">Virtuelles Bürgerbüro öffnen</a></schalter-board>`,
  };
  if (!boards.length) return [{ level: 'bad', key: 'nowhere', lines: [element] }];
  return boards.flatMap(({ trouble, by, unknown, link }, i): Finding[] => {
    const values = { n: boards.length > 1 ? ` ${i + 1}` : '' };
    return [
      trouble
        ? { level: 'bad', key: trouble, values: { ...values, by: by ? ` (${by})` : '' } }
        : { level: 'good', key: 'visible', values },
      ...(unknown.length
        ? [{ level: 'hint' as const, key: 'office', values: { ...values, offices: unknown.join(', ') } }]
        : []),
      ...(link ? [] : [{ level: 'hint' as const, key: 'link', values, lines: [element] }]),
    ];
  });
}

/** On our own page: whoever came by the link of a page where no script runs reads here why that may be. */
function scriptless({ origin, slug }: Facts): Finding {
  return {
    level: 'hint',
    key: 'scriptless',
    lines: [
      { key: 'csp', text: `script-src ${origin}` },
      { key: 'html', text: `<script async src="${origin}/b/${slug}.js"></script>` },
      {
        key: 'iframe',
        text: `<iframe src="${origin}/f/${slug}/" title="Virtuelles Bürgerbüro" width="100%" height="900" allow="${allow}"></iframe>`,
      },
    ],
  };
}
