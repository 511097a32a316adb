// All that the town's page remembers: that a ticket exists, and, where the browser refuses our cookie, the one-time
// code for the next load. Written after a draw only, gone when the ticket ends. Storage may throw at every touch.

import { slug } from './baked.ts';

interface Remembered {
  at: number;
  resume?: string;
}

const key = `schalter:${slug}`;
/** A ticket is deleted after a day; a mark that outlived it is void. */
const lifetime = 864e5;

let here: Remembered | undefined;

/** What is remembered of a ticket, if there is one. */
export function remembered(now = Date.now()): Remembered | undefined {
  let found = here;
  try {
    const text = localStorage.getItem(key);
    if (text) found = JSON.parse(text) as Remembered;
  } catch {
    // no storage: what this page load knows has to do
  }
  return found && now - found.at < lifetime ? found : undefined;
}

/** Remembers or forgets. Returns false if the browser stores nothing. */
export function remember(ticket: { exists: boolean; resume?: string }, now = Date.now()): boolean {
  here = ticket.exists ? { at: now, resume: ticket.resume } : undefined;
  try {
    if (here) localStorage.setItem(key, JSON.stringify(here));
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}
