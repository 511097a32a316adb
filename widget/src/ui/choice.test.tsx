// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkbox, Radios } from './choice.tsx';

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
});
afterEach(() => {
  render(null, root);
  root.remove();
});

test('a refused tick springs back', async () => {
  await act(() => render(<Checkbox label="Vorrang" checked={false} onChange={() => Promise.resolve()} />, root));
  const box = root.querySelector('input') as HTMLInputElement;
  await act(async () => box.click());
  expect(box.checked).toBe(false);
});

test('radios say their group, and a refused choice springs back', async () => {
  const options = [
    { value: '', text: 'Egal, wer' },
    { value: 'c1', text: 'Frau Huber', hint: 'frei' },
  ];
  const chosen: string[] = [];
  const choose = (value: string) => void chosen.push(value);
  await act(() => render(<Radios legend="Mit wem?" value="" onChange={choose} options={options} />, root));
  expect(root.querySelector('fieldset legend')?.textContent).toBe('Mit wem?');
  const [anybody, huber] = root.querySelectorAll('input');
  await act(async () => huber?.click());
  expect(chosen).toEqual(['c1']);
  expect([anybody?.checked, huber?.checked]).toEqual([true, false]);
  const described = huber?.getAttribute('aria-describedby') ?? '';
  expect(root.querySelector(`#${CSS.escape(described)}`)?.textContent).toBe('frei');
});
