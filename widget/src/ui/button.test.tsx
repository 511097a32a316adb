// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Button } from './button.tsx';

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
});
afterEach(() => {
  render(null, root);
  root.remove();
});

const button = () => root.querySelector('button') as HTMLButtonElement;

test("a button that can't be pressed says why and does nothing", async () => {
  let clicks = 0;
  await act(() =>
    render(
      <Button onClick={() => clicks++} reason="Niemand wartet.">
        Aufrufen
      </Button>,
      root,
    ),
  );
  button().click();
  expect(clicks).toBe(0);
  expect(button().getAttribute('aria-disabled')).toBe('true');
  expect(button().disabled).toBe(false);
  const why = root.querySelector(`#${CSS.escape(button().getAttribute('aria-describedby') ?? '')}`);
  expect(why?.textContent).toBe('Niemand wartet.');
});

test('a second click before the answer does nothing', async () => {
  let clicks = 0;
  let answer = () => {};
  const pending = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const click = () => {
    clicks++;
    return pending;
  };
  await act(() => render(<Button onClick={click}>Aufrufen</Button>, root));
  await act(() => {
    button().click();
    button().click();
  });
  expect(clicks).toBe(1);
  expect(button().getAttribute('aria-busy')).toBe('true');
  await act(async () => {
    answer();
    await pending;
  });
  expect(button().getAttribute('aria-busy')).toBeNull();
  await act(() => button().click());
  expect(clicks).toBe(2);
});
