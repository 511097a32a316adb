import { expect, test } from 'vitest';
import type { ClerkTicket, OfficeView } from '../client/protocol';
import {
  accept,
  callReason,
  fateOf,
  isLastCall,
  isReason,
  minutesSince,
  nextCall,
  type Offices,
  outOfTurn,
  rings,
  secondsUntil,
} from './office';

const now = '2026-11-21T10:00:00Z';

function ticket(number: string, more: Partial<ClerkTicket> = {}): ClerkTicket {
  return { id: `id ${number}`, number, state: 'waiting', since: now, ...more };
}

function office(id: string, more: Partial<OfficeView> = {}): OfficeView {
  return {
    id,
    revision: 1,
    name: { de: id },
    status: 'open',
    text: 'open_free',
    issuing: true,
    max_calls: 3,
    today: [],
    desk: { id: `desk ${id}`, state: 'open' },
    waiting: [],
    parked: [],
    missed: [],
    colleagues: [],
    figures: { visits: 0, mean_wait_minutes: 0, missed: 0 },
    now,
    ...more,
  };
}

const offices = (...views: OfficeView[]): Offices => new Map(views.map((v) => [v.id, v]));

test('an older view is never taken, whatever way it came', () => {
  const newer = accept(new Map(), office('a', { revision: 7, issuing: false }));
  expect(accept(newer, office('a', { revision: 6 }))).toBe(newer);
  expect(accept(newer, office('a', { revision: 8 })).get('a')?.issuing).toBe(true);
  expect(accept(newer, office('b', { revision: 1 })).size).toBe(2);
});

test('of two views of one revision the later one counts, also with a fraction of a second', () => {
  const at = (time: string, waiting: ClerkTicket[]) => office('a', { now: time, waiting });
  const later = accept(new Map(), at('2026-11-21T10:00:00.5Z', [ticket('H 001')]));
  expect(accept(later, at('2026-11-21T10:00:00Z', []))).toBe(later);
  expect(accept(later, at('2026-11-21T10:00:01Z', [])).get('a')?.waiting).toEqual([]);
});

test('a ticket of which nothing has changed stays the same object', () => {
  const first = accept(new Map(), office('a', { waiting: [ticket('H 001'), ticket('H 002')] }));
  const second = accept(
    first,
    office('a', { revision: 2, waiting: [ticket('H 002', { silent: true }), ticket('H 001')], missed: [] }),
  );
  const [was, is] = [first.get('a')?.waiting ?? [], second.get('a')?.waiting ?? []];
  expect(is[1]).toBe(was[0]);
  expect(is[0]).toEqual(ticket('H 002', { silent: true }));
});

test('out of turn are those who overtake the one whose turn it is, unless they want this very clerk', () => {
  const view = office('a', {
    waiting: [
      ticket('H 001', { away: true }),
      ticket('H 002', { wants: 'Herr Maier' }),
      ticket('H 003', { deferred: true }),
      ticket('H 004'),
      ticket('H 005'),
      ticket('H 006', { wants: 'Frau Huber', wants_me: true }),
    ],
  });
  const out = view.waiting.map((t) => outOfTurn(view, t));
  expect(out).toEqual([false, false, false, false, true, false]);
  expect(outOfTurn(view, ticket('H 009', { state: 'parked' }))).toBe(false);
});

test('those who want a colleague are not the next here', () => {
  const waiting = [ticket('H 001', { wants: 'Herr Maier' })];
  const next = nextCall(offices(office('a', { waiting })), true);
  expect(isReason(next) && next.key).toBe('reason.notReady');
});

test('minutes and seconds are never negative', () => {
  const at = (time: string) => Date.parse(time);
  expect(minutesSince(now, at('2026-11-21T10:12:59Z'))).toBe(12);
  expect(minutesSince(now, at('2026-11-21T09:59:00Z'))).toBe(0);
  expect(secondsUntil(now, at('2026-11-21T09:59:58.2Z'))).toBe(2);
  expect(secondsUntil(now, at('2026-11-21T10:00:09Z'))).toBe(0);
});

test('why nobody can be called, in the order in which it matters', () => {
  const reason = (o: Partial<OfficeView>, online = true) => {
    const next = nextCall(offices(office('a', o)), online);
    return isReason(next) ? next.key : 'calls';
  };
  const waiting = [ticket('H 001')];
  expect(reason({ waiting })).toBe('calls');
  expect(reason({ waiting }, false)).toBe('reason.offline');
  expect(reason({})).toBe('reason.nobody');
  expect(reason({ waiting, desk: undefined } as never)).toBe('reason.closed');
  expect(reason({ waiting, desk: { id: 'd', state: 'paused' } })).toBe('reason.paused');
  expect(reason({ waiting, desk: { id: 'd', state: 'absent' } })).toBe('reason.absent');
  expect(reason({ waiting, current: ticket('H 000', { state: 'serving' }) })).toBe('reason.serving');
  expect(reason({ waiting, current: ticket('H 000', { state: 'called' }) })).toBe('calls');
});

test('one conversation blocks every office, with its number', () => {
  const busy = office('a', { current: ticket('H 016', { state: 'serving' }) });
  const free = office('b', { waiting: [ticket('B 001')] });
  expect(callReason(offices(busy, free), free, true)).toEqual({ key: 'reason.serving', values: { number: 'H 016' } });
});

test('the next comes from the office whose first has waited longest; while one is called, from the same office', () => {
  const early = office('a', { waiting: [ticket('H 001', { since: '2026-11-21T09:30:00Z' })] });
  const late = office('b', { waiting: [ticket('B 001', { since: '2026-11-21T09:50:00Z' })] });
  const of = (o: Offices) => {
    const next = nextCall(o, true);
    return isReason(next) ? next.key : next.id;
  };
  expect(of(offices(late, early))).toBe('a');
  expect(of(offices({ ...late, current: ticket('B 000', { state: 'called' }) }, early))).toBe('b');
});

test('the bell rings for who is new, and only while the clerk is free', () => {
  const before = offices(office('a', { waiting: [ticket('H 001')] }));
  const both = [ticket('H 001'), ticket('H 002')];
  const after = (o: Partial<OfficeView>) => offices(office('a', { waiting: both, ...o }));
  expect(rings(before, after({}), 'a')).toBe(true);
  expect(rings(new Map(), after({}), 'a')).toBe(false);
  expect(rings(before, after({ waiting: [ticket('H 001')] }), 'a')).toBe(false);
  expect(rings(before, after({ desk: { id: 'd', state: 'paused' } }), 'a')).toBe(false);
  expect(rings(before, after({ current: ticket('H 000', { state: 'called' }) }), 'a')).toBe(false);
});

test('a call that lapsed is no arrival', () => {
  const before = offices(office('a', { current: ticket('H 001', { state: 'called' }) }));
  expect(rings(before, offices(office('a', { waiting: [ticket('H 001')] })), 'a')).toBe(false);
});

test('what became of a ticket', () => {
  const back = office('a', { waiting: [ticket('H 001')] });
  expect(fateOf(ticket('H 001', { state: 'called' }), back)).toBe('deferred');
  expect(fateOf(ticket('H 001', { state: 'called' }), office('a'))).toBe('missed');
  expect(fateOf(ticket('H 001', { state: 'serving' }), back)).toBe('returned');
  expect(fateOf(ticket('H 001', { state: 'serving' }), office('a'))).toBe('over');
});

test.each([1, 3, 5])('of %i calls only the last is the last', (most) => {
  const called = (calls: number) => ({ office: office('a', { max_calls: most }), ticket: ticket('H 001', { calls }) });
  const last = Array.from({ length: most }, (_, i) => isLastCall(called(i)));
  expect(last).toEqual([...Array(most - 1).fill(false), true]);
});
