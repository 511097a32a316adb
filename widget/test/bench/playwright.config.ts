// The browsers' part of `make bench`: it measures and writes lines of the table. It fails only if it can't measure.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 150_000,
  expect: { timeout: 15_000 },
  use: { actionTimeout: 15_000 },
  retries: 0,
  forbidOnly: true,
  reporter: [['line']],
  outputDir: '../results/bench',
});
