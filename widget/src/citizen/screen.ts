// Which screen is shown: one pure function of the ticket's view and of what happens on this page.
import type { Refusal } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import type { Lost } from '../client/ticket.ts';
import type { Ending } from '../media/state.ts';

/** What this page is about, as long as there is no ticket on it. */
export type Phase =
  | { kind: 'loading' }
  | { kind: 'unsupported' }
  /** A page of our own: choose an office, or confirm the one of the link. */
  | { kind: 'pick'; office: string | undefined }
  | { kind: 'drawing' }
  | { kind: 'fault'; refusal: Refusal; drawing: boolean }
  | { kind: 'none' }
  | { kind: 'deleted' }
  | { kind: 'ticket' };

export type Screen =
  | Exclude<Phase, { kind: 'ticket' }>
  | { kind: 'elsewhere' }
  /** The ticket is on another device; none if this page was loaded after that. */
  | { kind: 'moved'; ticket: CitizenTicket | null }
  /** A conversation runs, and this is the device to which it was moved: one click enters. */
  | { kind: 'arrived'; ticket: CitizenTicket }
  /** Waiting and called are one screen: what the citizen types is not lost by a call. */
  | { kind: 'queue'; ticket: CitizenTicket }
  | { kind: 'parked'; ticket: CitizenTicket }
  | { kind: 'conversation'; ticket: CitizenTicket }
  | { kind: 'parted'; ticket: CitizenTicket; failed: boolean }
  | { kind: 'missed'; ticket: CitizenTicket }
  | { kind: 'served'; ticket: CitizenTicket }
  | { kind: 'left'; ticket: CitizenTicket }
  | { kind: 'closed'; ticket: CitizenTicket };

export interface Situation {
  phase: Phase;
  ticket: CitizenTicket | null;
  /** A newer window has the ticket. */
  replaced: boolean;
  /** The ticket goes on without this page. */
  lost: Lost | null;
  /** It has just been moved here from another device. */
  arriving: boolean;
  /** A conversation is being held or made. */
  talking: boolean;
  /** How the last conversation ended, as long as the ticket's view has not caught up. */
  ending: Ending | null;
  /** The view has had time enough to catch up, and has not. */
  settled: boolean;
}

export function screenOf(s: Situation): Screen {
  if (s.phase.kind !== 'ticket') return s.phase;
  const ticket = s.ticket;
  if (s.lost) return s.lost === 'moved' ? { kind: 'moved', ticket } : { kind: 'none' };
  if (!ticket) return { kind: 'loading' };
  if (s.replaced || s.ending?.reason === 'replaced') return { kind: 'elsewhere' };
  switch (ticket.state) {
    case 'waiting':
    case 'called':
      return s.talking ? { kind: 'conversation', ticket } : { kind: 'queue', ticket };
    case 'serving':
      if (s.arriving && !s.talking) return { kind: 'arrived', ticket };
      if (!s.ending || s.talking) return { kind: 'conversation', ticket };
      return after(s.ending, s.settled, ticket);
    case 'parked':
    case 'missed':
    case 'served':
    case 'left':
    case 'closed':
      return { kind: ticket.state, ticket };
  }
}

/** The conversation is over, but the view still says serving. */
function after(ending: Ending, settled: boolean, ticket: CitizenTicket): Screen {
  switch (ending.reason) {
    case 'finished':
      return { kind: 'served', ticket };
    case 'left':
      return settled ? { kind: 'parted', ticket, failed: false } : { kind: 'served', ticket };
    case 'removed':
      return settled ? { kind: 'parted', ticket, failed: true } : { kind: 'loading' };
    case 'refused':
      return ending.key === 'visit_over' ? { kind: 'served', ticket } : { kind: 'parted', ticket, failed: true };
    case 'replaced':
      return { kind: 'elsewhere' };
    case 'failed':
      return { kind: 'parted', ticket, failed: true };
  }
}

/** So many people before somebody, or fewer: it is time to be near. */
export const SOON = 2;

export function isSoon(ticket: CitizenTicket): boolean {
  return ticket.state === 'waiting' && ticket.ahead <= SOON;
}

export function isOver(ticket: CitizenTicket): boolean {
  return ticket.state === 'served' || ticket.state === 'left' || ticket.state === 'closed';
}
