import { expect, test } from 'vitest';
import { mendPermissions, mendPolicy, permits } from './mend.ts';

const S = 'https://schalter.test';
const both = ['frame-src', 'connect-src'] as const;

test.each([
  ["frame-src 'self'", `frame-src 'self' ${S}`],
  ["default-src 'self'", `default-src 'self'; frame-src 'self' ${S}; connect-src 'self' ${S}`],
  ["child-src 'none'; img-src *", `child-src 'none'; img-src *; frame-src ${S}`],
  ["connect-src 'none'", `connect-src ${S}`],
  [
    "default-src 'none'; child-src https://karte.test; script-src 'self'",
    `default-src 'none'; child-src https://karte.test; script-src 'self'; frame-src https://karte.test ${S}; connect-src ${S}`,
  ],
  [`Frame-Src ${S} ; ; connect-src 'self'  ${S}`, `Frame-Src ${S}; connect-src 'self' ${S}`],
  ["img-src 'self'", "img-src 'self'"],
])('a CSP of %s', (policy, mended) => {
  expect(mendPolicy(policy, S, both)).toBe(mended);
  expect(mendPolicy(mended, S, both)).toBe(mended);
});

test.each([
  [undefined, `camera=(self "${S}"), microphone=(self "${S}")`],
  ['geolocation=()', `geolocation=(), camera=(self "${S}"), microphone=(self "${S}")`],
  ['camera=(), microphone=*', `camera=(self "${S}"), microphone=*`],
  [`camera=("${S}")`, `camera=(self "${S}")`],
  [
    'camera=(self "https://a.test"), fullscreen=(self), usb=()',
    `camera=(self "https://a.test" "${S}"), fullscreen=(self "${S}"), usb=()`,
  ],
])('a Permissions-Policy of %s', (header, mended) => {
  expect(mendPermissions(header, S)).toBe(mended);
  for (const feature of ['camera', 'microphone'] as const) expect(permits(mended, feature, S)).not.toBe(false);
});

test('what a header says of a feature', () => {
  expect(permits('camera=()', 'camera', S)).toBe(false);
  expect(permits('camera=(self)', 'camera', S)).toBe(false);
  expect(permits(`camera=("${S}")`, 'camera', S)).toBe(false);
  expect(permits('camera=*', 'camera', S)).toBe(true);
  expect(permits('camera=*', 'microphone', S)).toBeUndefined();
});
