import { expect, test } from 'vitest';
import accountDe from '../../locale/account.de.json';
import accountEn from '../../locale/account.en.json';
import staffDe from '../../locale/staff.de.json';
import staffEn from '../../locale/staff.en.json';

const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((m) => m[1]))].sort();

test.each([
  ['account', accountDe, accountEn],
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
