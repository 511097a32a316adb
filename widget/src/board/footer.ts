// What stands under the offices: the conditions in short, other ways to reach the authority, links, the language.

import type { BoardAuthority } from '../protocol.gen.ts';
import { telephone } from './card.ts';
import { el } from './dom.ts';
import { languageNames, offeredBy, type Words } from './words.ts';

export function footer(words: Words, authority: BoardAuthority, choose: (lang: string) => void): HTMLElement {
  const tel = phoneLink(authority.phone);
  const mail = el('a', { href: `mailto:${authority.email}` }, words.say('foot.mail'));
  const links = [
    link(words.say('foot.privacy'), authority.privacy),
    link(words.say('foot.imprint'), authority.imprint),
    link(words.say('foot.statement'), authority.statement),
    ...offeredBy(authority)
      .filter((lang) => lang !== words.lang)
      .map((lang) =>
        el('button', { type: 'button', class: 'link', lang, click: () => choose(lang) }, languageNames[lang] as string),
      ),
  ].filter((item) => item !== undefined);
  return el(
    'footer',
    { class: 'soft' },
    el('p', {}, words.say('foot.free')),
    el('p', {}, words.say('privacy.short')),
    el('p', {}, ...words.rich(authority.email ? 'privacy.alternative_mail' : 'privacy.alternative', { tel, mail })),
    el('ul', { 'aria-label': words.say('foot.links') }, ...links.map((item) => el('li', {}, item))),
  );
}

export function phoneLink(number: string): HTMLAnchorElement {
  return el('a', { href: telephone(number) }, number);
}

function link(text: string, href: string | undefined): HTMLElement | undefined {
  return href && /^https?:/.test(href) ? el('a', { href }, text) : undefined;
}
