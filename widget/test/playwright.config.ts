// Browser trips: the real program, real browsers, two origins. One at a time, for media wants the machine to itself.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  testIgnore: ['bench/**', 'drill/**'], // figures are for `make bench`, bad lines for `make drill-net`
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 10_000 },
  use: { actionTimeout: 15_000 },
  retries: process.env.CI ? 1 : 0, // one stumble of a browser is printed as flaky, two are a failure
  forbidOnly: true,
  reporter: [['list']],
  outputDir: './results',
});
