import { expect, test } from 'vitest';
import { browserOf } from './browser.ts';

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const droid = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';

test.each([
  [`${phone} Version/17.5 Mobile/15E148 Safari/604.1`, 'safari', 'ios', ''],
  [`${phone} CriOS/126.0 Mobile/15E148 Safari/604.1`, 'chrome', 'ios', ''],
  [`${phone} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`, 'firefox', 'ios', ''],
  [`${phone} Mobile/15E148 [FBAN/FBIOS;FBAV/468.0]`, 'other', 'ios', 'Facebook'],
  [`${phone} Mobile/15E148 Instagram 330.0`, 'other', 'ios', 'Instagram'],
  [`${phone} Mobile/15E148`, 'other', 'ios', '?'],
  [`${droid} Chrome/126.0 Mobile Safari/537.36`, 'chrome', 'android', ''],
  [`${droid} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36`, 'samsung', 'android', ''],
  [`${droid} Version/4.0 Chrome/126.0 Mobile Safari/537.36 WhatsApp/2.24`, 'chrome', 'android', 'WhatsApp'],
  ['Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) Chrome/126.0 Mobile Safari/537.36', 'chrome', 'android', '?'],
  ['Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0', 'firefox', 'android', ''],
  [`${mac} Version/17.5 Safari/605.1.15`, 'safari', 'mac', ''],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0', 'edge', 'windows', ''],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'firefox', 'other', ''],
])('%s', (agent, name, system, app) => {
  expect(browserOf(agent)).toEqual({ name, system, app });
});

test('an iPad says that it is a Mac, but is touched', () => {
  expect(browserOf(`${mac} Version/17.5 Safari/605.1.15`, 5).system).toBe('ios');
});
