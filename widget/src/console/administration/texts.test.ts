import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import de from '../../locale/administration.de.json';
import en from '../../locale/administration.en.json';
import errors from '../../locale/errors.de.json';
import { weekdayText } from './texts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const german: Record<string, string> = de;

test('every language has the same keys with the same values, and no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();
  for (const [key, text] of Object.entries(en)) {
    expect([key, values(text)]).toEqual([key, values(german[key] ?? '')]);
    expect(text.trim()).not.toBe('');
  }
});

test('everything that the server can find wrong with settings has a sentence that ends as one', () => {
  const go = ['../../../../server/settings/check.go', '../../../../server/settings/transfer.go'].map(read).join('');
  const keys = [
    ...[
      ...go.matchAll(
        /"(\w+_(?:invalid|taken|unknown|needed|version|syntax|aliases)|doubled|needed|too_\w+|value_wrong|needed_to_publish)"/g,
      ),
    ].map((m) => m[1]),
    ...[...read('../../../../server/civic/flaw.go').matchAll(/= "(\w+)"/g)].map((m) => m[1]),
    ...[...read('../../../../server/civic/calendar.go').matchAll(/^\tKey\w+\s+= "(\w+)"/gm)].map((m) => m[1]),
  ];
  expect(keys.length).toBeGreaterThan(30);
  for (const key of keys) expect({ ...errors, ...de }).toHaveProperty([`error.${key}`]);
  for (const [key, text] of [...Object.entries(de), ...Object.entries(en)])
    if (key.startsWith('error.')) expect(text).toMatch(/\.$/);
});

test('every act of the audit log has words', () => {
  const files = ['queue', 'identity', 'settings', 'visit'].flatMap((folder) =>
    readdirSync(new URL(`../../../../server/${folder}`, import.meta.url))
      .filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
      .map((name) => read(`../../../../server/${folder}/${name}`)),
  );
  const written = /audit\("([\w.]+)"|^\t[Aa]ct\w+\s+= "([\w.]+)"|"(settings\.\w+)"/gm;
  const acts = files.flatMap((go) => [...go.matchAll(written)].map((m) => m[1] ?? m[2] ?? m[3]));
  expect(acts.length).toBeGreaterThan(30);
  expect(acts).toContain('captioner.withdrawn');
  for (const act of acts) expect(de).toHaveProperty([`act.${act}`]);
  const details = /"([a-z_]+)", (?:string\(|yes\(|civic\.KeyOf|reason\))|map\[string\]string\{"([a-z_]+)": string/g;
  const keys = files.flatMap((go) => [...go.matchAll(details)].map((m) => m[1] ?? m[2]));
  expect(keys).toContain('reason');
  for (const key of keys) expect(de).toHaveProperty([`detail.${key}`]);
});

test('every text of ours is used', () => {
  const code = readdirSync(new URL('.', import.meta.url))
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => read(name))
    .join('');
  const built = /^(error|field|act|detail|value|kept|retention\.(accounts|settings|copies|talk|media|log))\./;
  const unused = Object.keys(de).filter(
    (key) => !built.test(key) && key !== 'audit.subject' && !code.includes(`'${key}'`),
  );
  expect(unused).toEqual([]);
});

test('the weekdays begin with Sunday', () => {
  expect(weekdayText(0, 'de')).toBe('Sonntag');
  expect(weekdayText(6, 'en')).toBe('Saturday');
});
