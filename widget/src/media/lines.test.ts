import { describe, expect, test } from 'vitest';
import { bound, limit, pictureCodecs, repeat } from './lines.ts';

const vp8 = { mimeType: 'video/VP8' };
const rtx = { mimeType: 'video/rtx' };
const h264 = (fmtp: string) => ({ mimeType: 'video/H264', sdpFmtpLine: fmtp });
const baseline = h264('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f');
const single = h264('level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f');
const high = h264('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f');

describe('codecs of pictures', () => {
  const all = [vp8, rtx, { mimeType: 'video/AV1' }, single, high, baseline];

  test('VP8 is sent; received is H.264 too, in the one form that the switch forwards', () => {
    expect(pictureCodecs(all, 'sender')).toEqual([vp8, rtx]);
    expect(pictureCodecs(all, 'receiver')).toEqual([vp8, baseline, rtx]);
  });

  test('a device without VP8 sends H.264, and one without either keeps its own order', () => {
    expect(pictureCodecs([rtx, baseline], 'sender')).toEqual([baseline, rtx]);
    expect(pictureCodecs([rtx, high], 'sender')).toEqual([]);
  });
});

/** What we use of a sender. */
function senderWith(encodings: Array<Record<string, unknown>>, refusals = 0) {
  const sender = {
    set: 0,
    getParameters: () => ({ encodings: encodings.map((e) => ({ ...e })) }),
    setParameters: async (p: { encodings: Array<Record<string, unknown>> }) => {
      if (refusals-- > 0) throw new DOMException('changed meanwhile', 'InvalidModificationError');
      sender.set++;
      encodings = p.encodings;
    },
  };
  return sender as typeof sender & RTCRtpSender;
}

describe('what nobody receives', () => {
  const layers = () => [
    { rid: 'q', active: true },
    { rid: 'h', active: true },
    { rid: 'f', active: true },
  ];
  const active = (sender: RTCRtpSender) => sender.getParameters().encodings.map((e) => e.active);

  test('is not sent, and sent again when it is wanted', async () => {
    const sender = senderWith(layers());
    await limit(sender, ['q']);
    expect(active(sender)).toEqual([true, false, false]);
    await limit(sender, ['q']);
    expect(sender.set).toBe(1);
    await limit(sender, ['q', 'f']);
    expect(active(sender)).toEqual([true, false, true]);
  });

  test('is tried once more when something else was being set, and one stream stays as it is', async () => {
    const sender = senderWith(layers(), 1);
    await limit(sender, ['q']);
    expect(active(sender)).toEqual([true, false, false]);
    const single = senderWith([{ active: true }]);
    await limit(single, []);
    expect(single.set).toBe(0);
  });
});

test('of a small camera the largest layer that a browser sends has its full size, and stands in for those above', async () => {
  const shaped = async (width: number, height: number, rids: string[]) => {
    const sender = senderWith([
      { rid: 'q', active: true, scaleResolutionDownBy: 4 },
      { rid: 'h', active: true, scaleResolutionDownBy: 2 },
      { rid: 'f', active: true, scaleResolutionDownBy: 1 },
    ]);
    Object.assign(sender, { track: { getSettings: () => ({ width, height }) } });
    await limit(sender, rids);
    return sender.getParameters().encodings.map((e) => (e.active ? e.scaleResolutionDownBy : 0));
  };
  expect(await shaped(1280, 720, ['q', 'f'])).toEqual([4, 0, 1]);
  expect(await shaped(640, 480, ['q', 'h', 'f'])).toEqual([2, 1, 0]);
  expect(await shaped(640, 480, ['q', 'f'])).toEqual([2, 1, 0]);
  expect(await shaped(640, 480, ['q'])).toEqual([2, 0, 0]);
  expect(await shaped(320, 180, ['f'])).toEqual([1, 0, 0]);
  expect(await shaped(0, 0, ['q', 'h', 'f'])).toEqual([4, 2, 1]);
});

test('a screen takes no more than its receivers can carry, and then all again', async () => {
  const sender = senderWith([{ maxBitrate: 2_500_000 }]);
  const most = () => sender.getParameters().encodings[0]?.maxBitrate;
  await bound(sender, 0);
  expect(sender.set).toBe(0);
  await bound(sender, 300_000);
  expect(most()).toBe(300_000);
  await bound(sender, 0);
  expect(most()).toBe(2_500_000);
});

test('sound is sent with redundancy and plain again, where the browser can', () => {
  const opus = { mimeType: 'audio/opus' };
  const red = { mimeType: 'audio/red' };
  const before = globalThis.RTCRtpSender;
  const browser = (...codecs: Array<{ mimeType: string }>) => {
    globalThis.RTCRtpSender = { getCapabilities: () => ({ codecs }) } as unknown as typeof RTCRtpSender;
  };
  let order: unknown[] = [];
  const line = {
    setCodecPreferences: (codecs: unknown[]) => {
      order = codecs;
    },
  } as unknown as RTCRtpTransceiver;
  browser(opus, red);
  expect(repeat(line, true)).toBe(true);
  expect(order).toEqual([red, opus]);
  expect(repeat(line, false)).toBe(true);
  expect(order).toEqual([opus, red]);
  browser(opus);
  expect(repeat(line, true)).toBe(false);
  globalThis.RTCRtpSender = before;
});
