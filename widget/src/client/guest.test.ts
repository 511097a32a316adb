import { expect, test, vi } from 'vitest';
import { Api } from './api.ts';
import { FakeSocket } from './fake-socket.ts';
import { GuestClient } from './guest.ts';

test('the answer to a knock does not undo what the socket has said since', async () => {
  let answer: (response: Response) => void = () => undefined;
  const fetch = (() => new Promise<Response>((resolve) => (answer = resolve))) as typeof globalThis.fetch;
  const api = new Api({ fetch });
  const client = new GuestClient({ token: 't', api, socketUrl: 'ws://x/g', socket: FakeSocket.make });
  const waiting = () => new Response(JSON.stringify({ state: 'waiting' }));
  await vi.waitFor(() => FakeSocket.last); // it is opened a moment later
  FakeSocket.last.open();
  FakeSocket.last.say('guest', { state: 'invited' });

  let knocked = client.knock();
  answer(waiting());
  await knocked;
  expect(client.view.value?.state).toBe('waiting');

  knocked = client.knock();
  FakeSocket.last.say('guest', { state: 'admitted' });
  answer(waiting());
  await knocked;
  expect(client.view.value?.state).toBe('admitted');
});
