// The relay: a hidden frame on our origin that fetches the status for a board whose page forbids connecting to us.
// Its address is /f/SLUG/relay.

import type { BoardToRelayCalls, RelayCalls } from './contract.ts';
import { framed, Guest, originsOf } from './guest.ts';

const slug = location.pathname.split('/')[2];

async function answer(etag: string | undefined): Promise<void> {
  try {
    const response = await fetch(`/api/v1/authorities/${slug}/board`, {
      credentials: 'omit',
      headers: etag ? { 'If-None-Match': etag } : {},
    });
    if (response.status === 304) return guest.call('board', { etag });
    if (!response.ok) return guest.call('failed');
    guest.call('board', { etag: response.headers.get('ETag') ?? undefined, body: await response.text() });
  } catch {
    guest.call('failed');
  }
}

const guest = new Guest<RelayCalls, BoardToRelayCalls>(framed() ? originsOf() : [], {
  fetch: ({ etag }) => void answer(etag),
});
