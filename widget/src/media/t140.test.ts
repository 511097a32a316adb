import { describe, expect, test } from 'vitest';
import { clean, difference, graphemes, length, Transcript } from './t140.ts';

const family = '👨‍👩‍👧';

describe('what is sent', () => {
  test.each([
    ['Hal', 'Hall', 'l'],
    ['Hallp', 'Hall', '\b'],
    ['Hallp', 'Hallo', '\bo'],
    ['Guten Tag', 'Guten Abend', '\b\b\bAbend'],
    ['', family, family],
    [`a${family}`, 'a', '\b'], // one to the eye, one to take back
    ['e', 'e\u0301', '\be\u0301'],
    ['gleich', 'gleich', ''],
    ['abc', '', '\b\b\b'],
  ])('%j becomes %j by %j', (before, after, sent) => {
    expect(difference(before, after)).toBe(sent);
    const read = new Transcript();
    read.receive('a', before + sent, 0);
    expect(read.lines[0]?.text ?? '').toBe(after);
  });

  test('nothing that controls a screen or turns a line around travels', () => {
    expect(clean('a\r\nb\rc\nd\u2029e\tf')).toBe('a\u2028b\u2028c\u2028d\u2028e f');
    expect(clean('\uFEFFa\x07\x1bb\u202Ec\u2066d\x9be\x7f')).toBe('abcde');
    expect(clean(family)).toBe(family);
    expect(clean('מרחבא مرحبا')).toBe('מרחבא مرحبا');
    expect(length(clean('👍a'))).toBe(2);
  });
});

describe('what is read', () => {
  const told = (...said: [who: string, text: string, at: number][]) => {
    const all = new Transcript();
    for (const [who, text, at] of said) all.receive(who, text, at);
    return all.lines.map((l) => `${l.participant}: ${l.text}${l.end === 'line' ? '.' : ''}`);
  };

  test('letters grow into lines, each with its writer, in the order of their beginnings', () => {
    expect(told(['a', 'Ha', 0], ['b', 'Ja', 1], ['a', 'llo\u2028', 2], ['b', '!', 3])).toEqual(['a: Hallo.', 'b: Ja!']);
  });

  test('a line ends by CR LF, CR, LF or LINE SEPARATOR, once', () => {
    expect(told(['a', '1\r\n2\r', 0], ['a', '\n3\n4\u20285', 1])).toEqual(['a: 1.', 'a: 2.', 'a: 3.', 'a: 4.', 'a: 5']);
  });

  test('backspace takes back a character, also the end of a line', () => {
    expect(told(['a', 'ab\u2028c\b\b\bx', 0])).toEqual(['a: ax']);
    expect(told(['a', '\b\b', 0])).toEqual([]);
    expect(told(['a', 'e', 0], ['a', '\u0301', 1], ['a', '\b', 2])).toEqual(['a: ']);
  });

  test('who goes on after a pause, in which another wrote, goes on below; a backspace still reaches back', () => {
    expect(told(['a', 'eins', 0], ['b', 'ja', 100], ['a', 'zwei', 9_000])).toEqual(['a: eins', 'b: ja', 'a: zwei']);
    expect(told(['a', 'eins', 0], ['b', 'ja', 100], ['a', 'x\b\bn', 9_000])).toEqual(['a: einn', 'b: ja']);
    expect(told(['a', 'eins', 0], ['b', 'ja', 100], ['a', 'zwei', 200])).toEqual(['a: einszwei', 'b: ja']);
  });

  test('lost text keeps its mark', () => {
    expect(told(['a', 'Guten \uFFFDag', 0])).toEqual(['a: Guten \uFFFDag']);
    expect(graphemes('a\uFFFDb')).toHaveLength(3);
  });
});
