import { describe, expect, test } from 'vitest';
import { causeOf, type DeviceEnv, Devices } from './devices.ts';
import { loudness } from './level.ts';
import { assign, belongs, noSeats, taken } from './seats.ts';
import { type ConnectionState, next } from './state.ts';
import { qualityOf, totalsOf } from './stats.ts';
import { clear, judge, strengthOf } from './strength.ts';

const seat = (participant: string, picture = true, sound = true) => ({ participant, picture, sound });
const free = { sound: false, picture: false };

describe('seats', () => {
  const one = assign(noSeats, { version: 1, seats: [seat('a'), free, free] });

  test('a seat that somebody takes gets a new assignment, and keeps it while nothing changes', () => {
    expect(taken(one)).toEqual([
      {
        index: 0,
        participant: 'a',
        picture: true,
        sound: true,
        withheld: false,
        unreadable: false,
        assignment: 1,
        reused: false,
      },
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

  test('a picture that our line cannot carry is none, and comes back as a new one', () => {
    const narrow = assign(one, { version: 2, seats: [{ ...seat('a'), withheld: true }] });
    expect(narrow.tiles[0]).toMatchObject({ picture: false, withheld: true, sound: true });
    const wide = assign(narrow, { version: 3, seats: [seat('a')] });
    expect(wide.tiles[0]).toMatchObject({ picture: true, withheld: false });
    expect(wide.tiles[0]?.assignment).toBeGreaterThan(1);
    const strange = assign(one, { version: 2, seats: [{ ...seat('a'), unreadable: true }] });
    expect(strange.tiles[0]).toMatchObject({ picture: false, unreadable: true });
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
      label: kind,
    }) as unknown as MediaStreamTrack;
  const named = (name: string) => Object.assign(new Error(name), { name });

  let plugged: MediaDeviceInfo[] = [];

  /** A browser with these devices; `fails` says what a request for them throws. */
  function browser(fails: (asked: string) => string | undefined, over: Partial<DeviceEnv> = {}) {
    const asked: string[] = [];
    let change = () => {};
    const env: DeviceEnv = {
      media: {
        enumerateDevices: async () => plugged,
        addEventListener: (_: string, heard: unknown) => {
          change = heard as () => void;
        },
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
    return { devices: new Devices(env), asked, change: () => change() };
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

  const device = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: deviceId }) as MediaDeviceInfo;
  /** A track that can be pulled out. */
  const unplug = (t: MediaStreamTrack | null) => t?.dispatchEvent(new Event('ended'));
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  test('a device that is pulled out is replaced, and said; without a standing permission nobody is asked', async () => {
    for (const state of ['granted', 'prompt'] as const) {
      const { devices, asked } = browser(() => undefined, { permission: async () => state });
      await devices.open({ sound: true, camera: false });
      const first = devices.sound.value;
      plugged = [device('audioinput', 'built in')];
      unplug(first);
      await settle();
      if (state === 'granted') {
        expect(devices.sound.value).not.toBe(first);
        expect(devices.mishap.value).toMatchObject({ kind: 'sound', what: 'replaced' });
        expect(devices.trouble.value).toEqual({});
      } else {
        expect(asked).toEqual(['audio']);
        expect(devices.trouble.value).toEqual({ sound: 'missing' });
      }
      plugged = [];
    }
  });

  test('a device that comes back is used again, and an output that is gone is not', async () => {
    const { devices, change } = browser(() => undefined, { permission: async () => 'granted' });
    await devices.open({ sound: false, camera: true });
    devices.output.value = 'headset';
    unplug(devices.camera.value);
    await settle();
    expect(devices.trouble.value).toEqual({ camera: 'missing' });
    plugged = [device('videoinput', 'camera')];
    change();
    await settle();
    expect(devices.camera.value).not.toBeNull();
    expect(devices.mishap.value).toMatchObject({ kind: 'camera', what: 'back' });
    expect(devices.output.value).toBe('');
    plugged = [];
  });

  test('with a filter the raw picture is never given away, and a filter that gives up turns the camera off', async () => {
    const { devices } = browser(() => undefined);
    await devices.open(both);
    const raw = devices.camera.value;
    let tooSlow = () => {};
    const blurred = track('video');
    const seen: unknown[] = [];
    devices.camera.subscribe((t) => seen.push(t));
    await devices.filter('camera', async (_, slow) => {
      tooSlow = slow;
      return { track: blurred, stop() {} };
    });
    expect(devices.camera.value).toBe(blurred);
    devices.cameraOff();
    await devices.open({ sound: false, camera: true });
    expect(seen).toEqual([raw, blurred, null, blurred]);
    tooSlow();
    expect(devices.camera.value).toBeNull();
    expect(devices.mishap.value).toMatchObject({ kind: 'camera', what: 'unfiltered' });
    await devices.open({ sound: false, camera: true });
    expect(devices.filtered('camera')).toBe(false);
    expect(devices.camera.value).not.toBeNull();
  });

  test('a filter that cannot be had changes nothing', async () => {
    const { devices } = browser(() => undefined);
    await devices.open(both);
    const raw = devices.camera.value;
    const no = async () => {
      throw new Error('too slow');
    };
    await expect(devices.filter('camera', no)).rejects.toThrow('too slow');
    expect(devices.camera.value).toBe(raw);
    expect(devices.filtered('camera')).toBe(false);
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
    const [quality] = qualityOf(a, b);
    expect(quality).toMatchObject({ rtt: 50, loss: 0, framesPerSecond: 30, framesDecoded: 70 });
  });

  test('is weak by loss, by delay, by sound that is made up, by a picture that stands still, and by a narrow way out', () => {
    const fine = { loss: 0, rtt: 40, concealed: 0, frozen: 0, uplink: 1_000_000 };
    expect(strengthOf(fine)).toBe('good');
    expect(strengthOf({ ...fine, rtt: undefined, uplink: undefined })).toBe('good');
    for (const [over, strength] of [
      [{ loss: 0.1 }, 'weak'],
      [{ loss: 0.3 }, 'bad'],
      [{ rtt: 700 }, 'weak'],
      [{ concealed: 0.05 }, 'weak'],
      [{ concealed: 0.2 }, 'bad'],
      [{ frozen: 1.5 }, 'weak'],
      [{ uplink: 100_000 }, 'weak'],
      [{ uplink: 30_000 }, 'bad'],
    ] as const) {
      expect(strengthOf({ ...fine, ...over }), JSON.stringify(over)).toBe(strength);
    }
    const [, strength] = qualityOf(totalsOf([inbound(100, 0, 0)], 0), totalsOf([inbound(180, 20, 0)], 2_000));
    expect(strength).toBe('weak');
  });

  test('a weak line is said after two samples, and taken back after five good ones in a row', () => {
    const run = (word: string) =>
      [...word].reduce((j, c) => judge(j, c === 'g' ? 'good' : c === 'w' ? 'weak' : 'bad'), clear).shown;
    expect(run('w')).toBe('good');
    expect(run('ww')).toBe('weak');
    expect(run('wgwgwg')).toBe('good');
    expect(run('wwgggg')).toBe('weak');
    expect(run('wwggggwgggg')).toBe('weak');
    expect(run('wwggggg')).toBe('good');
    expect(run('bb')).toBe('bad');
    expect(run('bbwwwww')).toBe('weak');
    expect(run('wwbb')).toBe('bad');
  });

  test('bytes are those of the whole transport, or of all its ways', () => {
    const pair = { type: 'candidate-pair', bytesSent: 10, bytesReceived: 20 };
    expect(totalsOf([pair, pair], 0).bytes).toBe(60);
    expect(totalsOf([pair, { type: 'transport', bytesSent: 100, bytesReceived: 1 }], 0).bytes).toBe(101);
  });
});

test('loudness: silence is nothing, full level is everything', () => {
  expect(loudness(new Float32Array(16))).toBe(0);
  expect(loudness(new Float32Array(16).fill(1))).toBe(1);
  expect(loudness(new Float32Array(16).fill(0.1))).toBeCloseTo(0.667, 2);
});
