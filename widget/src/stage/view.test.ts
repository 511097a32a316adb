import { describe, expect, test } from 'vitest';
import type { Participant } from '../client/protocol.ts';
import type { Other } from '../media/conversation.ts';
import { showing } from './sharing.ts';
import { cornerAfter, cornerAt, corners, layoutOf, nextCorner, pinned } from './view.ts';

const someone = (id: string, more: Partial<Participant> = {}): Other => ({
  participant: {
    id,
    side: 'guest',
    here: true,
    sound: true,
    picture: true,
    screen: false,
    second_camera: false,
    signing: false,
    ...more,
  } as Participant,
  seat: undefined,
});

describe('who is pinned', () => {
  const others = [someone('citizen'), someone('guest-1', { kind: 'interpreter' }), someone('guest-2')];

  test('an interpreter, unless somebody else was chosen, or nobody', () => {
    expect(pinned(undefined, others)).toBe('guest-1');
    expect(pinned('guest-2', others)).toBe('guest-2');
    expect(pinned('', others)).toBeUndefined();
  });

  test('who has gone is pinned no more', () => {
    expect(pinned('guest-3', others)).toBe('guest-1');
    expect(pinned('guest-3', [someone('citizen')])).toBeUndefined();
  });
});

describe('the places', () => {
  const own = { own: true, corner: undefined };

  test('the own picture lies in a corner, away from a pinned one, and on no shared screen', () => {
    expect(layoutOf(1, { ...own, pinned: false, sharing: false })).toEqual({
      rest: 1,
      docked: false,
      corner: 'bottom-right',
    });
    expect(layoutOf(2, { ...own, pinned: true, sharing: false })).toEqual({
      rest: 1,
      docked: false,
      corner: 'bottom-left',
    });
    expect(layoutOf(3, { ...own, pinned: true, sharing: false })).toMatchObject({ rest: 3, docked: true });
    expect(layoutOf(1, { ...own, pinned: false, sharing: true })).toMatchObject({ rest: 2, docked: true });
    expect(layoutOf(1, { ...own, pinned: true, sharing: false })).toMatchObject({ rest: 1, docked: true });
    expect(layoutOf(1, { ...own, own: false, pinned: true, sharing: true })).toMatchObject({ rest: 0, docked: false });
  });

  test('corners by keys, clicks and drags', () => {
    expect(cornerAfter('bottom-right', 'ArrowUp')).toBe('top-right');
    expect(cornerAfter('top-right', 'ArrowLeft')).toBe('top-left');
    expect(cornerAfter('top-left', 'ArrowLeft')).toBe('top-left');
    expect(cornerAfter('top-left', 'Enter')).toBeUndefined();
    expect(new Set([1, 2, 3, 4].map((n) => Array.from({ length: n }).reduce(nextCorner as never, corners[0])))).toEqual(
      new Set(corners),
    );
    const box = { left: 100, top: 50, width: 400, height: 200 };
    expect(cornerAt(110, 60, box)).toBe('top-left');
    expect(cornerAt(490, 240, box)).toBe('bottom-right');
  });
});

test('what is said of the own showing: the picture first, then what came in the way, then the clerk’s word', () => {
  const own = someone('citizen', { screen_leave: 'asked' }).participant;
  expect(showing(own, null, null)).toEqual({ kind: 'asked' });
  expect(showing({ ...own, screen_leave: 'allowed' }, 'camera', null)).toEqual({ kind: 'own', camera: true });
  expect(showing({ ...own, screen_leave: 'declined' }, null, 'withdrawn')).toEqual({
    kind: 'trouble',
    trouble: 'withdrawn',
  });
  expect(showing(undefined, null, null)).toEqual({ kind: 'nothing' });
});
