import { expect, test, vi } from 'vitest';
import de from '../locale/board.de.json' with { type: 'json' };
import en from '../locale/board.en.json' with { type: 'json' };
import frameDe from '../locale/board.frame.de.json' with { type: 'json' };
import frameEn from '../locale/board.frame.en.json' with { type: 'json' };

vi.hoisted(() =>
  Object.assign(globalThis, { baked: { origin: 'https://s', board: { authority: {} } }, LATER_PATH: '' }),
);
const { languageOf, offeredBy, Words } = await import('./words.ts');

test('both languages have the same keys', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(de).sort());
  expect(Object.keys(frameEn).sort()).toEqual(Object.keys(frameDe).sort());
});

test('the first wish counts; an unknown language is German', () => {
  expect(languageOf(['de', 'en'], undefined, 'en-GB', 'de')).toBe('en');
  expect(languageOf(['de', 'en'], null, '', 'EN')).toBe('en');
  expect(languageOf(['de', 'en'], 'tr', 'en')).toBe('de');
  expect(languageOf(['en', 'de'], 'tr')).toBe('en');
  expect(languageOf(['de'], 'en')).toBe('de');
  expect(languageOf(['de', 'en'])).toBe('de');
});

test("the authority's own texts replace ours", () => {
  const words = new Words('de', { 'action.draw': { de: 'Ticket ziehen' }, 'state.open': { en: 'Open!' } });
  expect(words.say('action.draw')).toBe('Ticket ziehen');
  expect(words.say('state.open')).toBe('Geöffnet');
  expect(words.pick({ en: 'Mayor' })).toBe('Mayor');
  expect(words.pick(undefined)).toBe('');
});

test('elements take the place of values', () => {
  const link = {} as Node;
  expect(new Words('de').rich('privacy.alternative', { tel: link })).toEqual([
    'Sie müssen dieses Angebot nicht nutzen. Sie erreichen uns auch vor Ort oder per Telefon ',
    link,
    '.',
  ]);
});

test('only what the authority offers is offered', () => {
  const authority = { slug: 'x', name: {}, phone: '' };
  expect(offeredBy(authority)).toEqual(['de', 'en']);
  expect(offeredBy({ ...authority, languages: ['en'] })).toEqual(['en']);
});
