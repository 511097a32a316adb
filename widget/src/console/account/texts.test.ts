import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import accountDe from '../../locale/account.de.json';
import accountEn from '../../locale/account.en.json';
import errorsDe from '../../locale/account.errors.de.json';
import errorsEn from '../../locale/account.errors.en.json';
import staffDe from '../../locale/staff.de.json';
import staffEn from '../../locale/staff.en.json';

const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();

test.each([
  ['account', accountDe, accountEn],
  ['account.errors', errorsDe, errorsEn],
  ['staff', staffDe, staffEn],
] as [string, Record<string, string>, Record<string, string>][])(
  '%s: both languages have the same keys and values',
  (_, de, en) => {
    expect(Object.keys(en)).toEqual(Object.keys(de));
    for (const [key, text] of Object.entries(de)) {
      expect(text.trim()).not.toBe('');
      expect([key, values(en[key] ?? '')]).toEqual([key, values(text)]);
    }
  },
);

const folder = join(import.meta.dirname, '../../locale');
const locales = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, string>] as const);

test.each([
  [
    /\.de\.json$/,
    /\bSchlange\b|[Zz]weite[rn]? Faktor|Einmalanmeldung|Fachbereich|[Zz]ur Seite gelegt|[Bb]itte bitten|[Dd]reimal/,
  ],
  [/\.en\.json$/, /[Cc]ase worker|[Ss]ingle sign-on|[Ss]econd factor|[Pp]ut aside|[Tt]hree times|[Oo]wn span/],
])('one word for one thing: %s', (file, other) => {
  const wrong = locales
    .filter(([name]) => file.test(name))
    .flatMap(([name, texts]) =>
      Object.entries(texts)
        .filter(([, text]) => other.test(text))
        .map(([key]) => `${name} ${key}`),
    );
  expect(wrong).toEqual([]);
});
