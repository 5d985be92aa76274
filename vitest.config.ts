import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.long.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    // Waiting for what a page or process shows; a slow minute of the machine must not end it.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
  },
});
