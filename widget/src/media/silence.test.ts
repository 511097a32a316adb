import { expect, test } from 'vitest';
import { type Flow, look, noFlow, SILENT_MS, STEADY } from './silence.ts';

const steps = (flow: Flow, ...looks: [bytes: number, at: number][]) =>
  looks.reduce((before, [bytes, at]) => look(before, bytes, at), flow);

const steady = steps(noFlow, ...Array.from({ length: STEADY }, (_, i): [number, number] => [100 * (i + 1), 400 * i]));

test('a steady line that stops is missed once, and then again while nothing comes', () => {
  const { bytes, at } = steady;
  expect(look(steady, bytes, at + SILENT_MS - 1).silent).toBe(0);
  const missed = look(steady, bytes, at + SILENT_MS);
  expect(missed.silent).toBe(1);
  expect(look(missed, bytes, at + SILENT_MS + 400)).toBe(missed);
  expect(look(missed, bytes, at + 2 * SILENT_MS).silent).toBe(2);
  expect(look(missed, bytes + 1, at + 2 * SILENT_MS).silent).toBe(0);
});

test('a line that was never steady is not missed', () => {
  const { bytes, at } = steps(noFlow, [100, 0], [200, 400]);
  expect(look({ ...noFlow, bytes, at, steady: 2 }, bytes, at + 9 * SILENT_MS).silent).toBe(0);
});

test('a way that the browser forgets in the midst of silence does not hide it', () => {
  const { bytes, at } = steady;
  expect(look(steady, bytes - 50, at + SILENT_MS).silent).toBe(1);
  expect(look(look(steady, bytes - 50, at + 400), bytes - 40, at + 800)).toMatchObject({ at: at + 800, silent: 0 });
});
