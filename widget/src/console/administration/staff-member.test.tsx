// @vitest-environment happy-dom
// A staff member's dialog: only a disabled account can be deleted, and only after a second question.
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from '../../client/api';
import type { Staff, StaffMember } from '../../client/protocol';
import { ClerkClient } from '../clerk';
import { MemberDialog } from './staff-member.tsx';
import { staffTexts } from './staff-texts';

const member: StaffMember = {
  id: 'z',
  name: 'Frau Zwetschge',
  email: 'z@m.test',
  role: 'clerk',
  offices: [],
  contact: false,
  disabled: true,
  state: 'active',
  factors: { totp: false, passkeys: 0 },
  sessions: 0,
};
const staff: Staff = { members: [member], offices: [], mail: false, sso: false };

let root: HTMLElement;
let asked: string[];
let answer: () => Response;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
  asked = [];
  answer = () => new Response(null, { status: 204 });
});
afterEach(() => {
  render(null, root);
  root.remove();
});

async function show(more: Partial<StaffMember> = {}, own = false) {
  const done = vi.fn();
  const fetch = async (url: RequestInfo | URL, init?: RequestInit) => {
    asked.push(`${init?.method} ${url}`);
    return answer();
  };
  const client = new ClerkClient({ api: new Api({ fetch }), socketUrl: 'ws://x' });
  await act(() =>
    render(
      <MemberDialog
        {...{ client, staff, own, role: 'admin' }}
        say={staffTexts('de')}
        member={{ ...member, ...more }}
        onClose={() => {}}
        onInvited={() => {}}
        onDone={done}
      />,
      root,
    ),
  );
  return done;
}

const button = (name: string) => [...root.querySelectorAll('button')].find((b) => b.textContent?.trim() === name);
const press = (name: string) => act(async () => button(name)?.click());

test('an account that may sign in has no button to delete it, nor has the own one', async () => {
  await show({ disabled: false });
  expect(button('Konto löschen')).toBeUndefined();
  await show({}, true);
  expect(button('Konto löschen')).toBeUndefined();
});

test('deleting asks once more, says what is lost, and then that it is done', async () => {
  const done = await show();
  await press('Konto löschen');
  expect(asked).toEqual([]);
  expect(root.querySelector('h2')?.textContent).toBe('Konto löschen: Frau Zwetschge');
  expect(root.textContent).toContain('Das lässt sich nicht zurücknehmen');
  await press('Abbrechen');
  expect(button('Konto löschen')).toBeDefined();
  await press('Konto löschen');
  await press('Endgültig löschen');
  await vi.waitFor(() => expect(done).toHaveBeenCalledWith('Das Konto ist gelöscht.'));
  expect(asked).toEqual(['DELETE /api/v1/console/staff/z']);
});

test('a refusal is said', async () => {
  answer = () => Response.json({ code: 'conflict', key: 'account_serving' }, { status: 409 });
  const done = await show();
  await press('Konto löschen');
  await press('Endgültig löschen');
  await vi.waitFor(() => expect(root.textContent).toContain('An diesem Schalter läuft noch ein Gespräch'));
  expect(done).not.toHaveBeenCalled();
});
