// Which folder may import which, as README.md says it. A new folder or arrow is a line here.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const arrows: Record<string, readonly string[]> = {
  board: ['frame', 'locale', 'protocol.gen.ts'],
  frame: [],
  client: ['protocol.gen.ts'],
  locale: [],
  media: ['client'],
  ui: ['locale'],
  check: ['ui', 'media', 'client', 'locale'],
  stage: ['check', 'ui', 'media', 'client', 'locale'],
  citizen: ['check', 'stage', 'ui', 'media', 'client', 'locale', 'frame'],
  guest: ['check', 'stage', 'ui', 'media', 'client', 'locale'],
  console: ['stage', 'ui', 'media', 'client', 'locale', 'protocol.gen.ts'],
};

const packages: Record<string, RegExp> = {
  board: /^$/,
  frame: /^$/,
  client: /^@preact\/signals(-core)?$/,
  locale: /^$/,
  // neither ui nor Preact
  media: /^(@preact\/signals-core|@shiguredo\/virtual-background|@sapphi-red\/web-noise-suppressor)$/,
};

const src = import.meta.dirname;

interface Import {
  file: string;
  from: string;
  /** The folder it comes from, or the name of the package. */
  to: string;
  own: boolean;
}

function imports(): Import[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
  const code = files.filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$/.test(file) && file.includes('/'),
  );
  return code.flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    const named = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
    return [...named].map(([, name = '']) => {
      const own = name.startsWith('.');
      const to = own ? relative(src, join(src, dirname(file), name)) : name;
      return { file, from: file.split('/')[0] ?? '', to: own ? (to.split('/')[0] ?? '') : to, own };
    });
  });
}

test('every folder imports only what it may', () => {
  const all = imports();
  expect(all.length).toBeGreaterThan(300);
  const wrong = all.filter(({ from, to, own }) => {
    if (own) return from !== to && !arrows[from]?.includes(to);
    return packages[from] !== undefined && !packages[from].test(to);
  });
  expect(wrong.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
});

test('citizen and console never import each other, and the board runs without the rest', () => {
  expect(arrows.citizen).not.toContain('console');
  expect(arrows.console).not.toContain('citizen');
  expect(arrows.board).toEqual(['frame', 'locale', 'protocol.gen.ts']);
});
