import { expect, test } from 'vitest';
import { allow } from '../../board/probe.ts';
import de from '../../locale/embedding.de.json';
import en from '../../locale/embedding.en.json';
import * as lines from './lines';

const S = 'https://schalter.test';
const e = {
  origin: S,
  slug: 'stadt',
  name: { de: 'Stadt' },
  origins: ['https://www.stadt.test', 'https://*.kreis.test'],
  offices: ['bau', 'haupt', 'buero'].map((slug) => ({ slug, name: { de: slug } })),
};
const all = { offices: ['bau', 'haupt', 'buero'], lang: '', heading: '3' };

test('all offices: nothing is named, later ones come by themselves', () => {
  expect(lines.scriptLines(e, all)).toBe(
    `<schalter-board><a href="${S}/stadt">Virtuelles Bürgerbüro öffnen</a></schalter-board>\n<script async src="${S}/b/stadt.js"></script>`,
  );
  expect(lines.previewAddress(e, all)).toBe(`${S}/p/stadt?heading=3`);
});

test('some offices, a language, a level', () => {
  const some = { offices: ['bau', 'buero'], lang: 'en', heading: '2' };
  expect(lines.scriptLines(e, some)).toContain(
    '<schalter-board data-office="bau buero" data-lang="en" data-heading="2">',
  );
  expect(lines.previewAddress(e, some)).toBe(`${S}/p/stadt?office=bau+buero&lang=en&heading=2`);
  expect(lines.linkOf(e, some)).toBe(`${S}/stadt`);
  expect(lines.linkOf(e, { ...some, offices: ['bau'] })).toBe(`${S}/stadt/bau`);
});

test('the frame asks for what the board asks for', () => {
  expect(lines.frameLine(e)).toContain(` allow="${allow}"`);
});

test('headers for web servers', () => {
  expect(lines.cspLine(S, 'apache')).toBe(
    `Header always set Content-Security-Policy "script-src 'self' ${S}; frame-src 'self' ${S}; connect-src 'self' ${S}"`,
  );
  expect(lines.cspLine(S, 'meta')).toMatch(/^<meta http-equiv="Content-Security-Policy" content="script-src 'self' /);
  expect(lines.permissionsLine(S, 'nginx')).toMatch(
    /^add_header Permissions-Policy 'camera=\(self "https.*"\)' always;$/,
  );
  expect(lines.permissionsLine(S, 'plain')).toMatch(
    /^Permissions-Policy: camera=\(self "https:\/\/schalter.test"\), mic/,
  );
  expect(lines.permissionsLine(S, 'meta')).toBeUndefined();
});

test.each([
  ['https://www.stadt.test/rathaus?x=1#y', 'https://www.stadt.test', true],
  ['www.stadt.test/rathaus', 'https://www.stadt.test', true],
  ['http://www.stadt.test', 'http://www.stadt.test', false],
  ['a.b.kreis.test', 'https://a.b.kreis.test', true],
  ['kreis.test', 'https://kreis.test', false],
  ['ftp://stadt.test', undefined, false],
  ['javascript:alert(1)', undefined, false],
  ['   ', undefined, false],
])('the page %s', (typed, origin, listed) => {
  expect(lines.originOf(typed)).toBe(origin);
  expect(origin !== undefined && lines.isListed(origin, e.origins)).toBe(listed);
  if (origin) expect(lines.checkAddress(typed)).toMatch(/#schalter-check$/);
  else expect(lines.checkAddress(typed)).toBeUndefined();
});

test('every language has the same keys, values and no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();
  const german: Record<string, string> = de;
  for (const [key, text] of Object.entries(en)) {
    expect(text.trim()).not.toBe('');
    expect([key, values(text)]).toEqual([key, values(german[key] ?? '')]);
  }
});
