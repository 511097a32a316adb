import { expect, test } from 'vitest';
import { type ShareEnv, Sharing, troubleOf } from './sharing.ts';

/** As much of a track as is read. */
class Track extends EventTarget {
  contentHint = '';
  stopped = false;
  stop() {
    this.stopped = true;
  }
}

const streamOf = (track: Track) =>
  ({ getVideoTracks: () => [track], getTracks: () => [track] }) as unknown as MediaStream;
const env = (media: Partial<ShareEnv['media']>, allowed = true): ShareEnv => ({
  media: { getUserMedia: () => Promise.reject(new DOMException('', 'NotFoundError')), ...media },
  allowed: () => allowed,
});

test('a screen is shown sharp, and its end by the browser’s own button is noticed', async () => {
  const track = new Track();
  const sharing = new Sharing(env({ getDisplayMedia: async () => streamOf(track) }));
  await sharing.screen();
  expect(sharing.kind.value).toBe('screen');
  expect(track.contentHint).toBe('text');
  track.dispatchEvent(new Event('ended'));
  expect([sharing.track.value, sharing.kind.value, sharing.trouble.value]).toEqual([null, null, null]);
});

test('the second thing takes the first one’s place, and gives its camera back', async () => {
  const [screen, paper] = [new Track(), new Track()];
  const media = { getDisplayMedia: async () => streamOf(screen), getUserMedia: async () => streamOf(paper) };
  const sharing = new Sharing(env(media));
  await sharing.screen();
  await sharing.camera('c2');
  expect([screen.stopped, paper.stopped, sharing.kind.value]).toEqual([true, false, 'camera']);
  screen.dispatchEvent(new Event('ended')); // late
  expect(sharing.track.value).toBe(paper);
  sharing.end('withdrawn');
  expect([paper.stopped, sharing.trouble.value]).toEqual([true, 'withdrawn']);
});

test('what comes after the end is given back unseen', async () => {
  const track = new Track();
  let give = (_: MediaStream) => {};
  const asked = new Promise<MediaStream>((resolve) => {
    give = resolve;
  });
  const sharing = new Sharing(env({ getDisplayMedia: () => asked }));
  const begun = sharing.screen();
  sharing.stop();
  give(streamOf(track));
  await begun;
  expect([track.stopped, sharing.track.value]).toEqual([true, null]);
});

test('no button where it cannot be', () => {
  expect(new Sharing(env({})).canScreen).toBe(false); // a phone
  const screen = { getDisplayMedia: async () => streamOf(new Track()) };
  expect(new Sharing(env(screen, false)).canScreen).toBe(false); // a page that forbids it
  expect(new Sharing(env(screen)).canScreen).toBe(true);
});

test('refusals by their causes', () => {
  const error = (name: string, message = '') => new DOMException(message, name);
  expect(troubleOf(error('NotAllowedError', 'Permission denied'), 'screen')).toBe('cancelled');
  expect(troubleOf(error('NotAllowedError', 'Permission denied by system'), 'screen')).toBe('system');
  expect(troubleOf(error('NotAllowedError', 'Access … disallowed by permissions policy'), 'screen')).toBe('policy');
  expect(troubleOf(error('NotReadableError'), 'screen')).toBe('system');
  expect(troubleOf(error('InvalidStateError'), 'screen')).toBe('failed');
  expect(troubleOf(error('NotReadableError'), 'camera')).toBe('in-use');
  expect(troubleOf(error('NotAllowedError'), 'camera')).toBe('cancelled');
  expect(troubleOf(error('OverconstrainedError'), 'camera')).toBe('missing');
});
