import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { projects: _, ...whole } = base.test ?? {};

/** `npm run test:long`: simulations and soaks that take minutes. */
export default defineConfig({
  test: {
    ...whole,
    include: [
      'packages/*/src/**/*.long.test.ts',
      'test/**/*.long.test.ts',
      // Also part of `npm test`, in a short form.
      'test/end-to-end/crash.test.ts',
      'test/end-to-end/crash-load.test.ts',
      'test/simulation/faults.test.ts',
      'packages/core/src/wire/fuzz.test.ts',
      'packages/server/src/channel/callback/form-corpus.test.ts',
    ],
    env: { CLOUDBELL_CRASHES: '20', CLOUDBELL_SEEDS: '300', CLOUDBELL_FUZZ_S: '300', CLOUDBELL_CORPUS: '100000' },
    exclude: ['**/node_modules/**'],
    testTimeout: 3_600_000,
  },
});
