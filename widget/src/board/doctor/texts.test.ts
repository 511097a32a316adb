import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import de from '../../locale/doctor.de.json';
import en from '../../locale/doctor.en.json';

test('every language has the same keys, values and no empty text', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();
  const german: Record<string, string> = de;
  for (const [key, text] of Object.entries(en)) {
    expect(text.trim()).not.toBe('');
    expect([key, values(text)]).toEqual([key, values(german[key] ?? '')]);
  }
});

test('every finding and every line has its text', () => {
  const code = readFileSync(join(import.meta.dirname, 'judge.ts'), 'utf8');
  const findings = [...code.matchAll(/level: '(bad|hint|good)'(?: as const)?, key: '(\w+)'/g)].map(
    ([, level, key]) => `${level}.${key}`,
  );
  expect(findings.length).toBeGreaterThan(15);
  expect(Object.keys(de)).toEqual(expect.arrayContaining(findings));
  const lines = [...code.matchAll(/\{\s*key: '(\w+)',\s*text/g)].map(([, key]) => `line.${key}`);
  expect(lines.length).toBeGreaterThan(5);
  expect(Object.keys(de)).toEqual(expect.arrayContaining(lines));
});
