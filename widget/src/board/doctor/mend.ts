// Editing the headers of the town's page so that they let us in and change nothing else. Pure text.

import { type Feature, features } from '../probe.ts';

/** Where a browser looks for the sources of a kind, in this order (CSP level 3, section 6.8.3). */
const fallbacks = {
  'frame-src': ['frame-src', 'child-src', 'default-src'],
  'connect-src': ['connect-src', 'default-src'],
  'script-src': ['script-src', 'default-src'],
} as const;

type Directive = keyof typeof fallbacks;

/**
 * A Content-Security-Policy that also allows our frame and our status. Sources that held by a more general directive are
 * taken over: a frame-src of its own would else forbid what default-src has allowed.
 */
export function mendPolicy(policy: string, origin: string, wanted: readonly Directive[]): string {
  const directives = policy
    .split(';')
    .map((directive) => directive.trim().split(/\s+/))
    .filter(([name]) => name);
  for (const kind of wanted) {
    const ruling = fallbacks[kind]
      .map((name) => directives.find((directive) => directive[0]?.toLowerCase() === name))
      .find(Boolean);
    if (!ruling) continue; // nothing forbids it
    const sources = ruling.slice(1).filter((source) => source !== "'none'");
    if (sources.includes(origin)) continue;
    const mended = [kind, ...sources, origin];
    if (ruling[0]?.toLowerCase() === kind) directives.splice(directives.indexOf(ruling), 1, mended);
    else directives.push(mended);
  }
  return directives.map((directive) => directive.join(' ')).join('; ');
}

/** "camera=(self), geolocation=()" by feature. */
function parse(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', value = ''] of header.matchAll(/([\w-]+)\s*=\s*(\([^)]*\)|[^,]+)/g))
    found.set(name.toLowerCase(), value.trim());
  return found;
}

/** What a Permissions-Policy header says of a feature in a frame of ours: undefined if it does not mention it. */
export function permits(header: string, feature: Feature, origin: string): boolean | undefined {
  const value = parse(header).get(feature);
  if (value === undefined) return undefined;
  return value === '*' || /^\(\s*\*/.test(value) || (value.includes(`"${origin}"`) && /\bself\b/.test(value));
}

/** The header with the page itself and us let in, wherever it names one of our features. None: the two lines we need. */
export function mendPermissions(header: string | undefined, origin: string): string {
  const directives = parse(header ?? '');
  if (!features.some((feature) => directives.has(feature)))
    for (const feature of ['camera', 'microphone']) directives.set(feature, '()');
  for (const feature of features) {
    const value = directives.get(feature);
    if (value === undefined || permits(`${feature}=${value}`, feature, origin)) continue;
    const others = value.match(/"[^"]*"/g)?.filter((entry) => entry !== `"${origin}"`) ?? [];
    directives.set(feature, `(${['self', ...others, `"${origin}"`].join(' ')})`);
  }
  return [...directives].map(([name, value]) => `${name}=${value}`).join(', ');
}
