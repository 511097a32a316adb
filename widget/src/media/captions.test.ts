import { expect, test } from 'vitest';
import { type CaptionLine, caption } from './captions.ts';

test('a caption grows until it is final; speakers do not mix; an empty one takes its line back', () => {
  let lines: CaptionLine[] = [];
  const say = (participant: string, text: string, final = false) => {
    lines = caption(lines, { participant, text, final }, lines.length + 10, 7);
    return lines.map((l) => `${l.participant}: ${l.text}${l.final ? '.' : ''}`);
  };
  say('a', 'Gu');
  say('b', 'Ja');
  expect(say('a', 'Guten Tag', true)).toEqual(['a: Guten Tag.', 'b: Ja']);
  expect(say('a', 'Wie')).toEqual(['a: Guten Tag.', 'b: Ja', 'a: Wie']);
  expect(say('b', '')).toEqual(['a: Guten Tag.', 'a: Wie']);
  for (let i = 0; i < 50; i++) say('c', `${i}`, true);
  expect(lines).toHaveLength(20);
});
