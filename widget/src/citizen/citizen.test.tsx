// @vitest-environment happy-dom
import { signal } from '@preact/signals-core';
import '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../client/api.ts';
import type { CitizenTicket } from '../client/protocol.ts';
import de from '../locale/citizen.de.json';
import errors from '../locale/errors.de.json';
import { Announcer, QUIET_MS } from './announcer.ts';
import type { App } from './app.ts';
import { errandOf, supported } from './page.ts';
import { Root } from './root.tsx';
import { type Screen, type Situation, screenOf } from './screen.ts';
import { textsOf } from './texts.ts';

const ticket = (over: Partial<CitizenTicket> = {}): CitizenTicket => ({
  id: 't1',
  revision: 1,
  authority: 'm',
  office: 'o1',
  office_name: { de: 'Hauptamt' },
  number: 'H 017',
  state: 'waiting',
  drawn_at: '2026-11-21T08:42:00Z',
  ahead: 3,
  status: 'busy',
  text: 'busy',
  now: '2026-11-21T09:00:00Z',
  ...over,
});

describe('the address', () => {
  test('says an office or carries a one-time code', () => {
    expect(errandOf('')).toEqual({ kind: 'none' });
    expect(errandOf('#office=haupt%20amt')).toEqual({ kind: 'office', office: 'haupt amt' });
    expect(errandOf('#office=hauptamt&lang=de')).toEqual({ kind: 'office', office: 'hauptamt' });
    expect(errandOf('#lang=de')).toEqual({ kind: 'none' });
    expect(errandOf('#0123456789abcdefABCDEF')).toEqual({ kind: 'resume', code: '0123456789abcdefABCDEF' });
    expect(errandOf('#inhalt')).toEqual({ kind: 'none' });
  });

  test('a browser without calls is told so', () => {
    expect(supported({ RTCPeerConnection: class {}, WebSocket: class {} })).toBe(true);
    expect(supported({ RTCPeerConnection: undefined, WebSocket: class {} })).toBe(false);
  });
});

describe('the screen', () => {
  const at = (over: Partial<Situation>): Screen['kind'] =>
    screenOf({
      phase: { kind: 'ticket' },
      ticket: ticket(),
      replaced: false,
      talking: false,
      ending: null,
      settled: false,
      ...over,
    }).kind;
  const serving = ticket({ state: 'serving' });

  test('follows the ticket', () => {
    expect(at({})).toBe('queue');
    expect(at({ ticket: ticket({ state: 'called' }) })).toBe('queue');
    expect(at({ ticket: serving })).toBe('conversation');
    for (const state of ['parked', 'missed', 'served', 'left', 'closed'] as const) {
      expect(at({ ticket: ticket({ state }) })).toBe(state);
    }
  });

  test('enters at the click, before the server has answered', () => {
    expect(at({ ticket: ticket({ state: 'called' }), talking: true })).toBe('conversation');
  });

  test('says goodbye at once, and offers the way back only if the ticket is still being served', () => {
    expect(at({ ticket: serving, ending: { reason: 'finished' } })).toBe('served');
    expect(at({ ticket: serving, ending: { reason: 'left' } })).toBe('served');
    expect(at({ ticket: serving, ending: { reason: 'left' }, settled: true })).toBe('parted');
    expect(at({ ticket: serving, ending: { reason: 'refused', key: 'room_unavailable' } })).toBe('parted');
    expect(at({ ticket: serving, ending: { reason: 'refused', key: 'visit_over' } })).toBe('served');
  });

  test('another window wins', () => {
    expect(at({ replaced: true })).toBe('elsewhere');
    expect(at({ ticket: serving, ending: { reason: 'replaced' } })).toBe('elsewhere');
  });
});

describe('announcements', () => {
  test('come when the position changes, else at most every 30 seconds', () => {
    let now = 0;
    const announcer = new Announcer(() => now);
    announcer.place('drei, 10 Minuten', 3);
    now = 1_000;
    announcer.place('drei, 9 Minuten', 3);
    expect(announcer.status.value).toBe('drei, 10 Minuten');
    announcer.place('zwei, 9 Minuten', 2);
    expect(announcer.status.value).toBe('zwei, 9 Minuten');
    now += QUIET_MS;
    announcer.place('zwei, 8 Minuten', 2);
    expect(announcer.status.value).toBe('zwei, 8 Minuten');
  });

  test('only the call, or nothing', () => {
    const announcer = new Announcer(() => 0);
    announcer.mode.value = 'call';
    announcer.place('drei', 3);
    announcer.call('Sie sind dran');
    expect([announcer.status.value, announcer.alert.value]).toEqual(['', 'Sie sind dran']);
    announcer.mode.value = 'off';
    announcer.callOver();
    announcer.call('Sie sind dran');
    expect(announcer.alert.value).toBe('');
  });
});

describe('on the page', () => {
  let box: HTMLElement;
  const screen = signal<Screen>({ kind: 'loading' });

  /** As much of the app as the screens read. */
  function fake(): App {
    const parts = {
      screen,
      host: { framed: true, focusOut: vi.fn(), problem: vi.fn() },
      texts: signal(textsOf('de', { ...errors, ...de }, undefined)),
      board: signal(null),
      refusal: signal(null),
      tried: signal(false),
      full: signal(false),
      talk: { conversation: signal(null) },
      announcer: new Announcer(() => 0),
      bell: { ringing: signal(true), silence: vi.fn(), unlock: vi.fn(), test: vi.fn() },
      ticket: { live: signal({ kind: 'open' }), now: () => Date.parse('2026-11-21T09:00:00Z'), moreTime: vi.fn() },
      devices: {
        sound: signal(null),
        camera: signal(null),
        muted: signal(false),
        asking: signal(false),
        trouble: signal({}),
      },
      office: () => undefined,
      enter: vi.fn(),
      attempt: vi.fn(),
      done: vi.fn(),
      again: vi.fn(),
    };
    return parts as unknown as App;
  }

  beforeEach(() => {
    box = document.createElement('div');
    document.body.append(box);
  });
  afterEach(() => {
    render(null, box);
    box.remove();
  });

  const show = (app: App, next: Screen) =>
    act(() => {
      screen.value = next;
      render(<Root app={app} />, box);
    });
  const button = (name: string) => [...box.querySelectorAll('button')].find((b) => b.textContent?.trim() === name);

  test('the live regions stay the same elements over all screens', () => {
    const app = fake();
    show(app, { kind: 'queue', ticket: ticket() });
    const regions = () => [box.querySelector('[role=status]'), box.querySelector('[role=alert]')];
    const before = regions();
    expect(before[0]?.textContent).toContain('Vor Ihnen sind noch 3 Personen.');
    show(app, { kind: 'queue', ticket: ticket({ state: 'called', ahead: 0 }) });
    show(app, { kind: 'served', ticket: ticket({ state: 'served' }) });
    expect(regions()).toEqual(before);
  });

  test('a call takes neither the focus nor what is being typed, and the next Tab leads to Eintreten', () => {
    const app = fake();
    show(app, { kind: 'queue', ticket: ticket() });
    const name = box.querySelector<HTMLInputElement>('input[name=name]');
    name?.focus();
    act(() => {
      if (!name) return;
      name.value = 'Frau Ber';
      name.dispatchEvent(new Event('input', { bubbles: true }));
    });
    const called = ticket({
      state: 'called',
      call: { clerk: 'Frau Huber', calls: 0, deadline: '2026-11-21T09:02:00Z' },
    });
    show(app, { kind: 'queue', ticket: called });
    expect(document.activeElement).toBe(name);
    expect(box.querySelector<HTMLInputElement>('input[name=name]')?.value).toBe('Frau Ber');
    expect(box.textContent).toContain('Frau Huber, Hauptamt, erwartet Sie.');
    act(() => {
      dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', cancelable: true }));
    });
    expect(document.activeElement).toBe(button('Eintreten'));
    act(() => button('Ohne Kamera eintreten')?.click());
    expect(app.enter).toHaveBeenCalledWith(false);
  });

  test('if the focused button goes with its screen, the new heading has the focus', () => {
    const app = fake();
    show(app, { kind: 'queue', ticket: ticket() });
    act(() => {
      button('Platz abgeben')?.focus();
    });
    show(app, { kind: 'left', ticket: ticket({ state: 'left' }) });
    expect(document.activeElement?.textContent).toBe('Sie haben Ihren Platz abgegeben');
  });

  test('a fault of ours has a sentence and its number', () => {
    const refusal = new Refusal('refused', { status: 500, code: 'internal', key: 'internal', request_id: 'r-42' });
    show(fake(), { kind: 'fault', refusal, drawing: false });
    expect(box.textContent).toContain('Bei uns ist ein Fehler aufgetreten');
    expect(box.textContent).toContain('r-42');
    expect(button('Noch einmal versuchen')).toBeDefined();
  });
});
