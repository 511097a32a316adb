import { expect, test } from 'vitest';
import { format } from './format.ts';

test.each([
  ['Zurück um {time} Uhr', { time: '10:15' }, 'Zurück um 10:15 Uhr'],
  ['{a} und {a}, { b }', { a: 1, b: 'x' }, '1 und 1, x'],
  ['fehlt: {x}.', {}, 'fehlt: .'],
  ['# ist keine Zahl', {}, '# ist keine Zahl'],
  ['{n, plural, one {1 Person wartet} other {# Personen warten}}', { n: 1 }, '1 Person wartet'],
  ['{n, plural, one {1 Person wartet} other {# Personen warten}}', { n: 0 }, '0 Personen warten'],
  ['{n, plural, one {1 Person wartet} other {# Personen warten}}', { n: 1200 }, '1.200 Personen warten'],
  ['{n, plural, =0 {niemand} one {eine} other {#}} in {office}', { n: 0, office: 'Bauamt' }, 'niemand in Bauamt'],
  ['{n,plural,other{{name} und # andere}}', { n: 3, name: 'Anna' }, 'Anna und 3 andere'],
  [
    'Noch {n, plural, other {#}} vor {name} {n, plural, one {Stelle} other {Stellen}}',
    { n: 2, name: 'A' },
    'Noch 2 vor A Stellen',
  ],
])('fills %s with %o', (pattern, values, text) => {
  expect(format(pattern, 'de', values)).toBe(text);
});

test('a value with braces is not taken for a placeholder', () => {
  expect(format('{a} {b}', 'de', { a: '{b}', b: 'x' })).toBe('{b} x');
});

test('plural rules are those of the language', () => {
  const pattern = '{n, plural, one {#st} two {#nd} few {# few} other {#th}}';
  expect(format(pattern, 'pl', { n: 3 })).toBe('3 few');
  expect(format(pattern, 'en', { n: 3 })).toBe('3th');
});
