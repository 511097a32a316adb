// @vitest-environment happy-dom
import { signal } from '@preact/signals-core';
import '@preact/signals';
import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../client/api.ts';
import type { Board, CitizenTicket } from '../client/protocol.ts';
import de from '../locale/citizen.de.json';
import stage from '../locale/stage.de.json';
import { Announcer, QUIET_MS } from './announcer.ts';
import type { App } from './app.ts';
import { languageOptions } from './interpreter.ts';
import { errandOf, supported } from './page.ts';
import * as fetched from './parts.tsx';
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
      lost: null,
      arriving: false,
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

  test('on the device to which a conversation was moved, a click enters', () => {
    expect(at({ ticket: serving, arriving: true })).toBe('arrived');
    expect(at({ ticket: serving, arriving: true, talking: true })).toBe('conversation');
    expect(at({ arriving: true })).toBe('queue');
  });

  test('a ticket that went on without this page', () => {
    expect(at({ lost: 'moved', ticket: serving })).toBe('moved');
    expect(at({ lost: 'gone' })).toBe('none');
    expect(at({ phase: { kind: 'deleted' }, ticket: null })).toBe('deleted');
  });

  test('another window wins', () => {
    expect(at({ replaced: true })).toBe('elsewhere');
    expect(at({ ticket: serving, ending: { reason: 'replaced' } })).toBe('elsewhere');
  });
});

describe('languages for an interpreter', () => {
  test('are named in the reader’s language and in their own; one that was chosen elsewhere is there, too', () => {
    const options = languageOptions('de', 'so');
    expect(options).toContainEqual({ value: 'tr', text: 'Türkisch (Türkçe)' });
    expect(options).toContainEqual({ value: 'so', text: 'Somali (Soomaali)' });
    expect(languageOptions('en', 'dgs').map((o) => o.value)).not.toContain('dgs');
    expect(languageOptions('en').map((o) => o.value)).not.toContain('en');
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

  test('that it is soon one’s turn is said once, until it is later again', () => {
    const announcer = new Announcer(() => 0);
    const said = (n: number, soon: string) => {
      announcer.place(`${n} vor Ihnen.`, n, soon);
      return announcer.status.value;
    };
    expect(said(3, '')).toBe('3 vor Ihnen.');
    expect(said(2, 'Gleich.')).toBe('2 vor Ihnen. Gleich.');
    expect(said(1, 'Gleich.')).toBe('1 vor Ihnen.');
    expect(said(4, '')).toBe('4 vor Ihnen.');
    expect(said(2, 'Gleich.')).toBe('2 vor Ihnen. Gleich.');
  });

  test('only the call: neither places nor news of the office, but how much time there is', () => {
    const announcer = new Announcer(() => 0);
    announcer.mode.value = 'call';
    for (const n of [5, 4, 3, 2, 1]) announcer.place(`${n} vor Ihnen.`, n, 'Gleich.');
    announcer.place('1 vor Ihnen.', 1, '', 'Pause.');
    expect(announcer.status.value).toBe('');
    announcer.remind('Noch 60 Sekunden.');
    expect(announcer.status.value).toBe('Noch 60 Sekunden.');
    announcer.mode.value = 'off';
    announcer.remind('Noch 40 Sekunden.');
    expect(announcer.status.value).toBe('Noch 60 Sekunden.');
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
      later: { parts: signal(fetched), failed: signal(false), want: vi.fn() },
      screen,
      host: { framed: true, focusOut: vi.fn(), problem: vi.fn() },
      held: signal(true),
      notifier: { state: signal('unsupported') },
      texts: signal(textsOf('de', { ...stage, ...fetched.later.de, ...de }, undefined)),
      board: signal(null),
      refusal: signal(null),
      tried: signal(false),
      full: signal(false),
      boarded: signal(true),
      talk: { conversation: signal(null) },
      announcer: new Announcer(() => 0),
      bell: {
        ringing: signal(true),
        asleep: signal(false),
        volume: signal(1),
        ring: vi.fn(),
        silence: vi.fn(),
        unlock: vi.fn(),
        test: vi.fn(),
      },
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
      attempt: vi.fn(async (move: () => Promise<void>) => move().then(() => true)),
      tell: vi.fn(),
      erase: vi.fn(),
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

  test.each([
    ['issuing_stopped', {}, 'Heute geben wir keine neuen Nummern mehr aus. Ihre Nummer gilt weiter.'],
    ['closed_until', { until: '2026-11-23T07:00:00Z' }, 'Die Öffnungszeit ist vorbei.'],
    ['closed_until', { until: '2026-11-21T12:30:00Z' }, 'Zurzeit geschlossen, um 13:30 Uhr geht es weiter.'],
    ['holiday', { holiday: { de: 'Betriebsausflug' } }, 'Heute geschlossen: Betriebsausflug.'],
    ['paused_until', { until: '2026-11-21T09:15:00Z' }, 'Kurze Pause, zurück um 10:15 Uhr.'],
  ])('who waits is told how the office stands: %s', (text, more, sentence) => {
    show(fake(), { kind: 'queue', ticket: ticket({ text, ...more }) });
    expect(box.querySelector('.notice')?.textContent).toContain(sentence);
  });

  test('where no number can be drawn, the reason and the next opening stand', () => {
    const app = fake();
    const office = { id: 'o1', slug: 'h', name: { de: 'Hauptamt' }, status: 'closed', action: 'contact', waiting: 0 };
    const holiday = { ...office, text: 'holiday', until: '2026-12-28T07:00:00Z', holiday: { de: '1. Weihnachtstag' } };
    const open = { ...office, id: 'o2', name: { de: 'Bauamt' }, status: 'open', text: 'open_free', action: 'draw' };
    const authority = { slug: 'm', name: { de: 'Stadt' }, phone: '0123' };
    Object.assign(app, { board: signal({ authority, offices: [holiday, open], zone: 'Europe/Berlin' }) });
    show(app, { kind: 'pick', office: undefined });
    const [closed, other] = [...box.querySelectorAll('.offices > li')].map((li) => li.textContent);
    expect(closed).toContain('Heute geschlossen: 1. Weihnachtstag.');
    expect(closed).toContain('Wieder geöffnet am Montag, 28. Dezember um 08:00 Uhr.');
    expect(other).not.toContain('geschlossen');
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
    expect(app.enter).toHaveBeenCalledWith('sound');
  });

  test('the call reminds at 60 s, and at 40 s offers more time; called again, it does so again', () => {
    const app = fake();
    const clock = vi.useFakeTimers({
      now: Date.parse('2026-11-21T09:00:00Z'),
      toFake: ['Date', 'setInterval', 'clearInterval'],
    });
    app.ticket.now = () => Date.now();
    const call = (deadline: string) =>
      ticket({ state: 'called', call: { clerk: 'Frau Huber', calls: 0, deadline: `2026-11-21T${deadline}Z` } });
    const pass = (seconds: number) => act(() => void clock.advanceTimersByTime(seconds * 1000));
    const warned = () => box.querySelector('.called .notice') !== null;
    show(app, { kind: 'queue', ticket: call('09:02:00') });
    pass(59);
    expect(app.announcer.status.value).toBe('');
    pass(1);
    expect(app.announcer.status.value).toBe('Noch 60 Sekunden zum Eintreten.');
    expect(app.bell.ring).toHaveBeenCalledOnce();
    expect(warned()).toBe(false);
    pass(20);
    expect(app.announcer.status.value).toContain('Noch 40 Sekunden. Wenn Sie länger brauchen');
    expect(warned()).toBe(true);
    show(app, { kind: 'queue', ticket: call('09:04:00') });
    expect(warned()).toBe(false);
    pass(100);
    expect(app.announcer.status.value).toBe('Noch 60 Sekunden zum Eintreten.');
    vi.useRealTimers();
  });

  test('what has happened and what the office says stands there, and is said', () => {
    const app = fake();
    const now = ticket({
      ahead: 2,
      from: { de: 'Bauamt' },
      message: { text: '10 Minuten später', at: '2026-11-21T08:50:00Z' },
    });
    show(app, { kind: 'queue', ticket: now });
    expect(box.textContent).toContain('Nachricht von Hauptamt, 09:50 Uhr: 10 Minuten später');
    expect(box.textContent).toContain('Bauamt hat Sie weitergeleitet: Hauptamt übernimmt.');
    expect(box.textContent).toContain('Gleich sind Sie dran.');
    expect(app.announcer.status.value).toContain('10 Minuten später');
    show(app, { kind: 'queue', ticket: { ...now, state: 'called' } });
    expect(box.querySelector('.wait')?.textContent).not.toContain('10 Minuten später');
  });

  test('away and back is one button, which keeps the focus', async () => {
    const app = fake();
    const about = vi.fn(async () => undefined);
    app.ticket.about = about;
    show(app, { kind: 'queue', ticket: ticket() });
    const away = button('Gleich wieder da');
    away?.focus();
    const click = (b: HTMLButtonElement | undefined) =>
      act(async () => {
        b?.click();
        await new Promise((done) => setTimeout(done));
      });
    await click(away);
    expect(about).toHaveBeenLastCalledWith({ away: true });
    show(app, { kind: 'queue', ticket: ticket({ away: true }) });
    expect(box.textContent).toContain('Wir rufen Sie nicht auf, und Ihr Platz bleibt erhalten.');
    expect(document.activeElement).toBe(button('Ich bin wieder da'));
    await click(button('Ich bin wieder da'));
    expect(about).toHaveBeenLastCalledWith({ away: false });
  });

  test('whom to wait for: anybody first, and what each costs, in words', () => {
    const person = { id: 'c1', name: 'Frau Huber', state: 'busy', ahead: 3, estimate: { from: 10, to: 15 } } as const;
    show(fake(), { kind: 'queue', ticket: ticket({ contacts: [person] }) });
    const choices = [...box.querySelectorAll('fieldset .choice')].map((c) => c.textContent);
    expect(choices).toEqual([
      'Egal, werSo kommen Sie am schnellsten dran.',
      'Frau Huberim Gespräch · vor Ihnen 3 · etwa 10 bis 15 Minuten',
    ]);
    expect(box.querySelector<HTMLInputElement>('fieldset input')?.checked).toBe(true);
  });

  test.each([
    ['served', 'Zurück zu den Büros'],
    ['left', 'Zurück zu den Büros'],
    ['closed', 'Zurück zu den Büros'],
    ['missed', 'Zurück zu den Büros'],
    ['moved', 'Zurück zu den Büros'],
    ['parked', 'Platz abgeben'],
    ['arrived', 'Eintreten'],
  ] as const)('%s: a next step, and the other ways to the office', (kind, step) => {
    const app = fake();
    app.board.value = { authority: { phone: '0123 45', name: {} }, offices: [] } as unknown as Board;
    show(app, { kind, ticket: ticket() });
    expect(button(step)).toBeDefined();
    expect(box.querySelector('.contact')?.textContent).toContain('0123 45');
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

  test('a part that has yet to come says so, and so does one that does not come: with a way on', () => {
    const app = fake();
    const known = signal<typeof fetched | null>(null);
    const failed = signal(false);
    const want = vi.fn();
    Object.assign(app, { later: { parts: known, failed, want } });
    app.board.value = { authority: { phone: '0123 45', name: {} }, offices: [] } as unknown as Board;
    show(app, { kind: 'queue', ticket: ticket() });
    expect(want).not.toHaveBeenCalled(); // nothing of it stands on the way to the first picture
    act(() => button('Platz abgeben')?.focus());
    show(app, { kind: 'served', ticket: ticket({ state: 'served' }) });
    expect(want).toHaveBeenCalledOnce();
    expect(box.querySelector('main [role=status]')?.textContent).toBe('Wird geladen …');
    act(() => {
      failed.value = true;
    });
    expect(box.textContent).toContain('Dieser Teil konnte nicht geladen werden. Prüfen Sie Ihre Verbindung.');
    expect(box.querySelector('.contact')?.textContent).toContain('0123 45');
    act(() => button('Noch einmal laden')?.click());
    expect(want).toHaveBeenCalledTimes(2);
    act(() => {
      failed.value = false;
      known.value = fetched;
    });
    expect(box.querySelector('[data-heading]')?.textContent).toBe('Vielen Dank für Ihren Besuch');
    expect(document.activeElement).toBe(box.querySelector('[data-heading]'));
  });

  test('a fault of ours has a sentence and its number', () => {
    const refusal = new Refusal('refused', { status: 500, code: 'internal', key: 'internal', request_id: 'r-42' });
    show(fake(), { kind: 'fault', refusal, drawing: false });
    expect(box.textContent).toContain('Bei uns ist ein Fehler aufgetreten');
    expect(box.textContent).toContain('r-42');
    expect(button('Noch einmal versuchen')).toBeDefined();
  });
});
