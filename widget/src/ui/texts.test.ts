import { expect, test } from 'vitest';
import { createTexts } from './texts.tsx';

const messages = { 'queue.title': 'Wartende ({n})', 'error.gone': 'Vorbei.' };

test('a text fills its values, and the authority may replace it', () => {
  expect(createTexts('de', messages)('queue.title', { n: 4 })).toBe('Wartende (4)');
  const replaced = createTexts('de', messages, { 'queue.title': { de: '{n} da', en: '{n} here' } });
  expect(replaced('queue.title', { n: 4 })).toBe('4 da');
});

test('a key that the server names may be unknown', () => {
  const text = createTexts('de', messages);
  expect(text.maybe('error.gone')).toBe('Vorbei.');
  expect(text.maybe('error.constructor')).toBeUndefined();
  expect(text.maybe('toString')).toBeUndefined();
});

test('a text of the server in several languages falls back to German, then to any', () => {
  const text = createTexts('en', messages);
  expect(text.of({ de: 'Bauamt', en: 'Building' })).toBe('Building');
  expect(text.of({ de: 'Bauamt' })).toBe('Bauamt');
  expect(text.of({ tr: 'İmar' })).toBe('İmar');
  expect(text.of(undefined)).toBe('');
});
