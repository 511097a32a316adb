import { describe, expect, test } from 'vitest';
import { causeOf, type DeviceEnv, Devices } from './devices.ts';
import { loudness } from './level.ts';
import { assign, belongs, noSeats, taken } from './seats.ts';
import { speakers } from './speaking.ts';
import { type ConnectionState, next } from './state.ts';
import { qualityOf, totalsOf } from './stats.ts';

const seat = (participant: string, picture = true, sound = true) => ({ participant, picture, sound });
const free = { sound: false, picture: false };

describe('seats', () => {
  const one = assign(noSeats, { version: 1, seats: [seat('a'), free, free] });

  test('a seat that somebody takes gets a new assignment, and keeps it while nothing changes', () => {
    expect(taken(one)).toEqual([
      { index: 0, participant: 'a', picture: true, sound: true, assignment: 1, reused: false },
    ]);
    const two = assign(one, { version: 2, seats: [seat('a'), seat('b'), free] });
    expect(two.tiles[0]).toBe(one.tiles[0]);
    expect(two.tiles[1]).toMatchObject({ participant: 'b', assignment: 1 });
  });

  test('muting does not hide the picture, a camera that comes back does until its first frame', () => {
    const muted = assign(one, { version: 2, seats: [seat('a', true, false)] });
    expect(muted.tiles[0]).toMatchObject({ sound: false, assignment: 1 });
    const off = assign(muted, { version: 3, seats: [seat('a', false)] });
    expect(off.tiles[0]?.picture).toBe(false);
    const on = assign(off, { version: 4, seats: [seat('a')] });
    expect(on.tiles[0]?.assignment).toBeGreaterThan(1);
  });

  test("a seat that was another's is marked", () => {
    const changed = assign(one, { version: 2, seats: [seat('b')] });
    expect(changed.tiles[0]).toMatchObject({ participant: 'b', assignment: 2, reused: true });
  });

  test('an old map is ignored', () => {
    const two = assign(one, { version: 2, seats: [seat('b')] });
    expect(assign(two, { version: 1, seats: [seat('a')] })).toBe(two);
  });

  test("nobody is shown by a frame that came before, or by another's frame", () => {
    const fresh = { at: 1000, reused: false };
    expect(belongs({ received: 999, keyFrames: undefined }, fresh)).toBe(false);
    expect(belongs({ received: 1001, keyFrames: undefined }, fresh)).toBe(true);
    expect(belongs({ received: undefined, keyFrames: undefined }, fresh)).toBe(true);
    const reused = { at: 1000, reused: true };
    expect(belongs({ received: 999, keyFrames: 1 }, reused)).toBe(false);
    expect(belongs({ received: 1001, keyFrames: 0 }, reused)).toBe(false);
    expect(belongs({ received: 1001, keyFrames: 1 }, reused)).toBe(true);
    expect(belongs({ received: 1001, keyFrames: undefined }, reused)).toBe(true);
  });
});

describe('the connection', () => {
  const run = (...kinds: Array<'open' | 'up' | 'down'>) =>
    kinds.reduce<ConnectionState>((state, kind) => next(state, { kind }), { kind: 'idle' }).kind;

  test('goes from idle to connected, and comes back from a loss', () => {
    expect(run()).toBe('idle');
    expect(run('open')).toBe('connecting');
    expect(run('open', 'down')).toBe('connecting');
    expect(run('open', 'up')).toBe('connected');
    expect(run('open', 'up', 'down')).toBe('reconnecting');
    expect(run('open', 'up', 'down', 'up')).toBe('connected');
  });

  test('ends once', () => {
    const ended = next({ kind: 'connected' }, { kind: 'end', ending: { reason: 'finished' } });
    expect(next(ended, { kind: 'up' })).toBe(ended);
    expect(next(ended, { kind: 'end', ending: { reason: 'failed' } })).toBe(ended);
  });
});

describe('devices', () => {
  const track = (kind: string) =>
    Object.assign(new EventTarget(), {
      kind,
      enabled: true,
      stop() {},
      contentHint: '',
    }) as unknown as MediaStreamTrack;
  const named = (name: string) => Object.assign(new Error(name), { name });

  /** A browser with these devices; `fails` says what a request for them throws. */
  function browser(fails: (asked: string) => string | undefined, over: Partial<DeviceEnv> = {}) {
    const asked: string[] = [];
    const env: DeviceEnv = {
      media: {
        enumerateDevices: async () => [],
        getUserMedia: async (c) => {
          const kinds = [c?.audio ? 'audio' : '', c?.video ? 'video' : ''].filter(Boolean);
          asked.push(kinds.join('+'));
          const error = fails(kinds.join('+'));
          if (error) throw named(error);
          return { getTracks: () => kinds.map(track) } as unknown as MediaStream;
        },
      },
      permission: async () => undefined,
      allowed: () => true,
      ...over,
    };
    return { devices: new Devices(env), asked };
  }
  const both = { sound: true, camera: true };

  test('asks once for both', async () => {
    const { devices, asked } = browser(() => undefined);
    await devices.open(both);
    await devices.open(both);
    expect(asked).toEqual(['audio+video']);
    expect(devices.camera.value?.contentHint).toBe('motion');
    expect(devices.trouble.value).toEqual({});
  });

  test('without a camera there is sound', async () => {
    const { devices } = browser((asked) => (asked.includes('video') ? 'NotFoundError' : undefined));
    await devices.open(both);
    expect(devices.sound.value).not.toBeNull();
    expect(devices.camera.value).toBeNull();
    expect(devices.trouble.value).toEqual({ camera: 'missing' });
  });

  test('a no is not asked again', async () => {
    const { devices, asked } = browser(() => 'NotAllowedError');
    await devices.open(both);
    expect(asked).toEqual(['audio+video']);
    expect(devices.trouble.value).toEqual({ sound: 'denied', camera: 'denied' });
  });

  test('where only the camera is blocked, the microphone still works', async () => {
    const { devices } = browser((asked) => (asked.includes('video') ? 'NotAllowedError' : undefined), {
      permission: async (kind) => (kind === 'sound' ? 'granted' : 'denied'),
    });
    await devices.open(both);
    expect(devices.sound.value).not.toBeNull();
    expect(devices.trouble.value).toEqual({ camera: 'denied' });
  });

  test('the surrounding page and plain http are causes of their own', async () => {
    const policy = browser(() => undefined, { allowed: (kind) => kind === 'sound' });
    await policy.devices.open(both);
    expect(policy.devices.trouble.value).toEqual({ camera: 'policy' });
    const insecure = browser(() => undefined, { media: undefined });
    await insecure.devices.open(both);
    expect(insecure.devices.trouble.value).toEqual({ sound: 'insecure', camera: 'insecure' });
  });

  test('muting keeps the track, camera off gives the device back', async () => {
    const { devices } = browser(() => undefined);
    await devices.open(both);
    devices.mute(true);
    expect(devices.sound.value?.enabled).toBe(false);
    devices.cameraOff();
    expect(devices.camera.value).toBeNull();
  });

  test('names the causes', () => {
    expect(causeOf(named('NotReadableError'))).toBe('in-use');
    expect(causeOf(named('OverconstrainedError'))).toBe('missing');
  });
});

describe('quality', () => {
  const inbound = (received: number, lost: number, framesDecoded: number) => ({
    type: 'inbound-rtp',
    packetsReceived: received,
    packetsLost: lost,
    framesDecoded,
  });
  const pair = { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.05 };

  test('counts what changed between two samples', () => {
    const a = totalsOf([inbound(100, 0, 10), pair], 0);
    const b = totalsOf([inbound(300, 0, 70), pair], 2_000);
    const [quality] = qualityOf(a, b, false);
    expect(quality).toMatchObject({ rtt: 50, loss: 0, framesPerSecond: 30, framesDecoded: 70, poor: false });
  });

  test('is poor when it was weak twice', () => {
    const a = totalsOf([inbound(100, 0, 0)], 0);
    const b = totalsOf([inbound(180, 20, 0)], 2_000);
    const [first, weak] = qualityOf(a, b, false);
    expect([first.poor, weak]).toEqual([false, true]);
    expect(qualityOf(a, b, weak)[0].poor).toBe(true);
  });
});

test('speaking lasts over the pause between two words, and ends with the seat', () => {
  const heard = new Map<string, number>();
  const on = speakers(new Set(), heard, [{ participant: 'a', level: 0.3 }], 0);
  expect([...on]).toEqual(['a']);
  expect(speakers(on, heard, [{ participant: 'a', level: 0 }], 500)).toBe(on);
  expect([...speakers(on, heard, [{ participant: 'a', level: 0 }], 900)]).toEqual([]);
  const again = speakers(new Set(), heard, [{ participant: 'a', level: 0.3 }], 1_000);
  expect([...speakers(again, heard, [], 1_001)]).toEqual([]);
});

test('loudness: silence is nothing, full level is everything', () => {
  expect(loudness(new Float32Array(16))).toBe(0);
  expect(loudness(new Float32Array(16).fill(1))).toBe(1);
  expect(loudness(new Float32Array(16).fill(0.1))).toBeCloseTo(0.667, 2);
});
