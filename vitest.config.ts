import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/*.long.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // One a core: a third was no quicker.
    maxWorkers: 2,
    testTimeout: 60_000,
    // Waiting for what a page or process shows; a slow minute of the machine must not end it.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 60_000,
    projects: [
      // They leave nothing behind, so they share their workers, and what these have loaded.
      { extends: true, test: { name: 'parts', include: ['packages/*/src/**/*.test.ts'], exclude, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude } },
    ],
  },
});
