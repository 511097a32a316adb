import { afterEach, expect, test, vi } from 'vitest';
import { tellEditor } from './editor.ts';

afterEach(() => vi.restoreAllMocks());

test('each sentence is said once, with our origin in it', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  for (const _ of [1, 2]) tellEditor('policy', 'https://schalter.example');
  tellEditor('insecure', 'https://schalter.example');
  expect(warn.mock.calls.flat()).toEqual([
    'Schalter: Der Header Permissions-Policy sperrt die Kamera. Bitte: camera=(self "https://schalter.example"), ' +
      'microphone=(self "https://schalter.example").',
    'Schalter: Diese Seite läuft ohne https. Die Kamera geht nur mit https.',
  ]);
});

test('a frame newer than this board may name a problem that is not known here', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  tellEditor('unheard' as never, 'https://schalter.example');
  expect(warn).not.toHaveBeenCalled();
});
