// @vitest-environment happy-dom
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
});
afterEach(() => {
  render(null, root);
  root.remove();
});

function show(open: boolean, onClose = () => {}) {
  return act(() =>
    render(
      <>
        <button type="button" id="opener">
          open
        </button>
        {open && (
          <Dialog title="Beenden?" onClose={onClose} actions={<Button autofocus>Nein</Button>}>
            <p>Text</p>
          </Dialog>
        )}
      </>,
      root,
    ),
  );
}

test('the dialog takes the focus, has a name, and gives the focus back', async () => {
  await show(false);
  const opener = root.querySelector<HTMLElement>('#opener');
  opener?.focus();
  await show(true);
  const dialog = root.querySelector('dialog');
  expect(dialog?.open).toBe(true);
  expect(document.activeElement?.textContent).toBe('Nein');
  const name = root.querySelector(`#${CSS.escape(dialog?.getAttribute('aria-labelledby') ?? '')}`);
  expect(name?.textContent).toBe('Beenden?');
  await show(false);
  expect(document.activeElement).toBe(opener);
});

test('Esc asks the parent to close', async () => {
  let closed = 0;
  await show(true, () => closed++);
  const dialog = root.querySelector('dialog');
  await act(() => {
    dialog?.dispatchEvent(new Event('cancel', { cancelable: true }));
  });
  expect(closed).toBe(1);
});
