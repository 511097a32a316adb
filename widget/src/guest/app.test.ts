import { expect, test } from 'vitest';
import type { GuestView } from '../client/protocol.ts';
import de from '../locale/guest.de.json';
import en from '../locale/guest.en.json';
import { type Facts, screenOf } from './app.ts';
import { takeToken } from './page.ts';

const view = (o: Partial<GuestView>): GuestView => ({
  authority: { slug: 'a', name: {}, phone: '' },
  office: {},
  clerk: 'Frau Huber',
  kind: 'interpreter',
  name: 'Herr Yılmaz',
  state: 'invited',
  now: '',
  ...o,
});
const facts = (o: Partial<Facts>): Facts => ({
  view: view({}),
  unknown: false,
  replaced: false,
  ready: false,
  talking: false,
  left: false,
  ...o,
});

test.each<[string, Partial<Facts>]>([
  ['loading', { view: null }],
  ['unknown', { view: null, unknown: true }],
  ['elsewhere', { replaced: true, talking: true }],
  ['door', {}],
  ['door', { view: view({ state: 'waiting' }) }], // a page loaded again: nobody has clicked in this one
  ['waiting', { view: view({ state: 'waiting' }), ready: true }],
  ['locked', { view: view({ state: 'waiting', locked: true }), ready: true }],
  ['door', { view: view({ state: 'admitted', locked: true }) }], // who was let in may come back
  ['conversation', { view: view({ state: 'admitted' }), ready: true, talking: true }],
  ['left', { view: view({ state: 'admitted' }), left: true }],
  ['declined', { view: view({ state: 'declined' }), talking: true }],
  ['removed', { view: view({ state: 'removed' }), talking: true }],
  ['over', { view: view({ state: 'admitted', over: true }), talking: true }],
])('%s', (kind, o) => {
  expect(screenOf(facts(o)).kind).toBe(kind);
});

test('the token is wiped from the address, and a reload finds it', () => {
  const history = {
    state: null as unknown,
    replaced: [] as unknown[],
    replaceState(state: unknown, _: string, url?: string | URL | null) {
      this.state = state;
      this.replaced.push(url);
    },
  };
  const token = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  expect(takeToken({ hash: `#${token}`, pathname: '/g/' }, history as unknown as History)).toBe(token);
  expect(history.replaced).toEqual(['/g/']);
  expect(takeToken({ hash: '', pathname: '/g/' }, history as unknown as History)).toBe(token);
  expect(takeToken({ hash: '#<script>', pathname: '/g/' }, { state: null } as History)).toBe('');
});

test('both languages have the same keys', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
});
