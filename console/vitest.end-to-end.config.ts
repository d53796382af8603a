import { defineConfig } from 'vitest/config';

// One service and one browser for all of it: the tests follow one another as a day's work does.
export default defineConfig({
  test: {
    include: ['end-to-end/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['end-to-end/setup.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
