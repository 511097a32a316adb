// Looks at the page and tries what a conversation needs of it, without opening one.

import { Host } from '../../frame/host.ts';
import type { Board } from '../../protocol.gen.ts';
import type { Place, Shared } from '../parts.ts';
import { allowed, features } from '../probe.ts';
import type { BoardFact, Facts, Policy } from './judge.ts';
import { permits } from './mend.ts';

const patience = 8_000;

/** @param shadow where hidden frames of ours may stand */
export async function look({ origin, slug, visit }: Shared, shadow: ShadowRoot): Promise<Facts> {
  const address = location.href.split('#')[0] ?? '';
  const forbids: Facts['forbids'] = {};
  const watch = (event: SecurityPolicyViolationEvent) => {
    if (event.disposition === 'report' || !event.blockedURI.startsWith(origin)) return;
    const policy: Policy = { text: event.originalPolicy, meta: inMeta(event.originalPolicy) };
    if (event.effectiveDirective === 'frame-src') forbids.frame = policy;
    if (event.effectiveDirective === 'connect-src') forbids.connect = policy;
  };
  document.addEventListener('securitypolicyviolation', watch);
  const boards = [...visit.boards];
  const [ready, listed, headers, denied, board] = await Promise.all([
    answers(shadow, `${origin}/f/${slug}/relay`, origin, () => !!forbids.frame),
    isListed(origin, slug),
    readHeaders(address),
    isDenied(),
    status(origin, slug),
  ]);
  document.removeEventListener('securitypolicyviolation', watch);
  const may = allowed(shadow, `${origin}/f/${slug}/`);
  for (const feature of features)
    may[feature] ??= headers && (permits(headers.permissions ?? '', feature, origin) ?? true);
  return {
    origin,
    slug,
    page: self.origin,
    address,
    secure: isSecureContext,
    around: window === window.top ? undefined : [...(location.ancestorOrigins ?? [])],
    headers,
    forbids,
    ready,
    listed: self.origin === origin || listed,
    allowed: may,
    denied,
    stores: stores(),
    boards: boards.map((place) => inspect(place, board)),
  };
}

function inMeta(policy: string): boolean {
  const metas = document.querySelectorAll<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy" i]');
  return [...metas].some((meta) => meta.content.trim() === policy.trim());
}

/** Does a hidden frame of ours say ready? That proves the page's CSP, our list and COEP together. */
function answers(shadow: ShadowRoot, address: string, origin: string, forbidden: () => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe');
    const end = (ready: boolean) => {
      clearTimeout(timer);
      document.removeEventListener('securitypolicyviolation', stop);
      host.close();
      frame.remove();
      resolve(ready);
    };
    const stop = () => {
      if (forbidden()) end(false);
    };
    const host = new Host<Record<never, never>, Record<never, never>>(frame, origin, {}, () => end(true));
    const timer = setTimeout(() => end(false), patience);
    document.addEventListener('securitypolicyviolation', stop);
    frame.hidden = true;
    frame.src = address;
    shadow.append(frame);
  });
}

/** As a script, for where ours runs it may be imported, whatever connect-src says. Anew each time: a list is mended. */
async function isListed(origin: string, slug: string): Promise<boolean | undefined> {
  try {
    const answer = import(`${origin}/b/${slug}/check.js?${Date.now()}`) as Promise<{ listed: boolean }>;
    return (await answer).listed;
  } catch {
    return undefined;
  }
}

/** The page's own headers, asked for once more. In a sandbox, and where connect-src forbids the page itself, unknown. */
async function readHeaders(address: string): Promise<Facts['headers']> {
  try {
    const { headers } = await fetch(address, { method: 'HEAD', cache: 'no-store' });
    return {
      permissions: headers.get('Permissions-Policy') ?? undefined,
      coep: headers.get('Cross-Origin-Embedder-Policy')?.split(';')[0]?.trim(),
    };
  } catch {
    return undefined;
  }
}

/** The status as the board asks for it: forbidden, it shows in a violation. */
async function status(origin: string, slug: string): Promise<Board | undefined> {
  try {
    const answer = await fetch(`${origin}/api/v1/authorities/${slug}/board`, { credentials: 'omit' });
    return (await answer.json()) as Board;
  } catch {
    return undefined;
  }
}

async function isDenied(): Promise<boolean> {
  try {
    const names = ['camera', 'microphone'] as PermissionName[];
    const states = await Promise.all(names.map((name) => navigator.permissions.query({ name })));
    return states.some(({ state }) => state === 'denied');
  } catch {
    return false; // a browser that does not tell
  }
}

function stores(): boolean {
  try {
    void localStorage.length;
    return true;
  } catch {
    return false;
  }
}

function inspect(place: Place, board: Board | undefined): BoardFact {
  const known = board?.offices.map(({ slug }) => slug);
  const wished = (place.dataset.office ?? '').split(/\s+/).filter(Boolean);
  return {
    ...trouble(place),
    unknown: known ? wished.filter((slug) => !known.includes(slug)) : [],
    link: !!place.querySelector('a[href]'),
  };
}

/** Can a person see the board and hit its first button? That is brought into view; the doctor's own report stands back. */
export function trouble(place: Place): Pick<BoardFact, 'trouble' | 'by'> {
  const report = place.shadow.querySelector<HTMLElement>('.doctor');
  if (report) report.hidden = true;
  try {
    return sight(place);
  } finally {
    if (report) report.hidden = false;
  }
}

function sight(place: Place): Pick<BoardFact, 'trouble' | 'by'> {
  if (place.closest('[inert]') || place.checkVisibility?.({ visibilityProperty: true }) === false)
    return { trouble: 'hidden', by: culprit(place, isHiding) };
  const box = place.getBoundingClientRect();
  if (box.width < 200) return { trouble: 'narrow', by: name(place.parentElement) };
  const clip = place.parentElement && culprit(place.parentElement, (element) => isClipping(element, box));
  if (clip) return { trouble: 'clipped', by: clip };
  const target = place.shadow.querySelector<HTMLElement>('.grid .button') ?? place;
  target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
  const { left, top, width, height } = target.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  return hit === place || (hit && place.contains(hit)) ? {} : { trouble: 'covered', by: name(hit) };
}

function culprit(place: HTMLElement, guilty: (element: HTMLElement) => boolean): string | undefined {
  for (let at: HTMLElement | null = place; at; at = at.parentElement) if (guilty(at)) return name(at);
  return undefined;
}

function isHiding(element: HTMLElement): boolean {
  const { display, visibility, contentVisibility } = getComputedStyle(element);
  const shut = element instanceof HTMLDetailsElement && !element.open;
  return element.inert || display === 'none' || visibility !== 'visible' || contentVisibility === 'hidden' || shut;
}

/** Cuts off what sticks out, and lets nobody scroll there. */
function isClipping(element: HTMLElement, box: DOMRect): boolean {
  const { overflowX, overflowY, contain } = getComputedStyle(element);
  const { right, bottom } = element.getBoundingClientRect();
  const cuts = (overflow: string) => /hidden|clip/.test(overflow) || /paint|strict|content/.test(contain);
  return (cuts(overflowY) && box.bottom > bottom + 8) || (cuts(overflowX) && box.right > right + 8);
}

/** "div#cookie.banner" */
function name(element: Element | null): string | undefined {
  if (!element) return undefined;
  const id = element.id && `#${element.id}`;
  const classes = [...element.classList].slice(0, 2).map((one) => `.${one}`);
  return element.localName + id + classes.join('');
}
