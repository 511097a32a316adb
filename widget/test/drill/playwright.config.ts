// `make drill-net`: two real browsers, one of them behind a bad line. Wants root, Linux and a quarter of an hour.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  use: { actionTimeout: 15_000 },
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
  outputDir: '../results/drill',
});
