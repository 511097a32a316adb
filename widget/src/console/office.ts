// What the desk screen derives from the views of the clerk's offices. Pure: no signals, no DOM, no clock.
import type { ClerkTicket, DeskView, OfficeView } from '../client/protocol';

/** The views by office, in the order in which the session names them. */
export type Offices = ReadonlyMap<string, OfficeView>;

/** Takes a view in, unless it is older than the one that is there. */
export function accept(offices: Offices, view: OfficeView): Offices {
  const old = offices.get(view.id);
  if (old && (view.revision < old.revision || (view.revision === old.revision && before(view.now, old.now)))) {
    return offices;
  }
  return new Map(offices).set(view.id, old ? keep(old, view) : view);
}

/** The view, with the very objects of the older one for tickets of which nothing has changed: of 300 rows only those
 * that look different are drawn again. */
function keep(old: OfficeView, view: OfficeView): OfficeView {
  const known = new Map([...old.waiting, ...old.parked, ...old.missed].map((t) => [t.id, t]));
  const kept = (tickets: ClerkTicket[]) =>
    tickets.map((t) => {
      const was = known.get(t.id);
      return was && JSON.stringify(was) === JSON.stringify(t) ? was : t;
    });
  return { ...view, waiting: kept(view.waiting), parked: kept(view.parked), missed: kept(view.missed) };
}

/** Go writes no trailing zeros, so that its times do not sort as text. */
function before(a: string, b: string): boolean {
  return Date.parse(a) < Date.parse(b);
}

/** Whole minutes of waiting; a clock that is behind gives 0, never less. */
export function minutesSince(since: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
}

/** Seconds until then, rounded up so that a countdown ends at 0; never negative. */
export function secondsUntil(then: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(then) - now) / 1000));
}

/** A ticket that is called or served at a desk of this clerk. */
export interface Current {
  office: OfficeView;
  desk: DeskView;
  ticket: ClerkTicket;
}

/** There is at most one (DESIGN, invariant 3). */
export function currentOf(offices: Offices): Current | undefined {
  for (const office of offices.values()) {
    if (office.current && office.desk) return { office, desk: office.desk, ticket: office.current };
  }
  return undefined;
}

/** Which call this is, from 1. */
export function callNumber(ticket: ClerkTicket): number {
  return (ticket.calls ?? 0) + 1;
}

/** Whether this call in vain makes the number missed. */
export function isLastCall({ office, ticket }: Pick<Current, 'office' | 'ticket'>): boolean {
  return callNumber(ticket) >= office.max_calls;
}

/** Why a button can't be pressed: a text key and its values. */
export interface Reason {
  key:
    | 'reason.offline'
    | 'reason.serving'
    | 'reason.closed'
    | 'reason.paused'
    | 'reason.absent'
    | 'reason.nobody'
    | 'reason.notReady';
  values?: { number: string };
}

/** Why nobody can be called at this office; undefined if somebody can. */
export function callReason(offices: Offices, office: OfficeView, online: boolean): Reason | undefined {
  if (!online) return { key: 'reason.offline' };
  const current = currentOf(offices);
  if (current?.ticket.state === 'serving') return { key: 'reason.serving', values: { number: current.ticket.number } };
  if (!office.desk || office.desk.state === 'closed') return { key: 'reason.closed' };
  if (office.desk.state === 'paused') return { key: 'reason.paused' };
  if (office.desk.state === 'absent') return { key: 'reason.absent' };
  return undefined;
}

/** Whose turn it is at this clerk's desk (civic.Next): of those who are ready for this clerk the first who is not passed
 * over, else the first. */
function turnOf(office: OfficeView): ClerkTicket | undefined {
  const ready = office.waiting.filter((t) => !t.away && (!t.wants || t.wants_me));
  return ready.find((t) => !t.deferred && !t.silent) ?? ready[0];
}

/** Whether calling this ticket has to be explained: it overtakes the one whose turn it is (civic.OutOfTurn). */
export function outOfTurn(office: OfficeView, ticket: ClerkTicket): boolean {
  const turn = turnOf(office);
  if (ticket.state !== 'waiting' || ticket.wants_me || !turn) return false;
  const place = (id: string) => office.waiting.findIndex((t) => t.id === id);
  return place(ticket.id) > place(turn.id);
}

/** Where "call the next" calls: of all offices with an own open desk the one whose first has waited longest; while
 * somebody is called already, at that desk. Or the reason why it can't. */
export function nextCall(offices: Offices, online: boolean): OfficeView | Reason {
  if (!online) return { key: 'reason.offline' };
  const current = currentOf(offices);
  let reason: Reason = { key: 'reason.closed' };
  let best: OfficeView | undefined;
  let longest = '';
  for (const office of current ? [current.office] : offices.values()) {
    const why = callReason(offices, office, online);
    if (why) {
      if (reason.key === 'reason.closed') reason = why;
      continue;
    }
    const first = turnOf(office);
    if (!first) reason = { key: office.waiting.length > 0 ? 'reason.notReady' : 'reason.nobody' };
    else if (!best || before(first.since, longest)) [best, longest] = [office, first.since];
  }
  return best ?? reason;
}

export function isReason(next: OfficeView | Reason): next is Reason {
  return 'key' in next;
}

/** How many wait where this clerk has a desk: the number in the window's title. */
export function waitingHere(offices: Offices): number {
  return ownOffices(offices).reduce((n, office) => n + office.waiting.length, 0);
}

/** The offices where this clerk has a desk that is not closed. */
export function ownOffices(offices: Offices): OfficeView[] {
  return [...offices.values()].filter((o) => o.desk && o.desk.state !== 'closed');
}

/** Whether the bell is due: somebody new waits at an own open desk, and the clerk is free. A call that lapsed is no
 * arrival, and what was there at sign-in is not new. */
export function rings(earlier: Offices, after: Offices, office: string): boolean {
  const old = earlier.get(office);
  const view = after.get(office);
  if (!old || view?.desk?.state !== 'open' || currentOf(after)) return false;
  const known = new Set([...old.waiting, ...old.parked, ...old.missed].map((t) => t.id));
  if (old.current) known.add(old.current.id);
  return view.waiting.some((t) => !known.has(t.id));
}

/** What became of a ticket that was called or served here and is not any more, without the clerk's doing. */
export type Fate = 'deferred' | 'missed' | 'returned' | 'given' | 'over';

export function fateOf(ticket: ClerkTicket, view: OfficeView): Fate {
  const waits = view.waiting.some((t) => t.id === ticket.id);
  if (ticket.state === 'serving') {
    if (view.colleagues.some((c) => c.ticket === ticket.number)) return 'given';
    return waits ? 'returned' : 'over';
  }
  return waits ? 'deferred' : 'missed';
}
