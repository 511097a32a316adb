import { expect, test } from 'vitest';
import de from '../locale/check.de.json';
import en from '../locale/check.en.json';
import type { BrowserName, SystemName } from '../media/browser.ts';
import type { Cause } from '../media/devices.ts';
import { steps } from './help.tsx';

test('both languages have the same texts with the same values in them', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  const values = (text: string) => (text.match(/\{\w+/g) ?? []).sort();
  for (const key of Object.keys(de) as (keyof typeof de)[]) {
    expect(values(en[key]), key).toEqual(values(de[key]));
    expect(en[key], key).not.toBe('');
  }
});

test('there is help for each cause in each browser on each system, and inside of apps', () => {
  const causes: Cause[] = ['denied', 'missing', 'in-use', 'insecure', 'policy'];
  const names: BrowserName[] = ['chrome', 'edge', 'firefox', 'safari', 'samsung', 'other'];
  const systems: SystemName[] = ['ios', 'android', 'mac', 'windows', 'other'];
  for (const cause of causes) {
    for (const name of names) {
      for (const system of systems) {
        for (const app of ['', 'Facebook', '?']) {
          const keys = steps(cause, { name, system, app }, true).map((step) => step.key);
          expect(keys.length).toBeGreaterThan(0);
          for (const key of keys) expect(de, key).toHaveProperty([key]);
          if (app) expect(keys[0]).toMatch(/^help\.app/);
        }
      }
    }
  }
});
