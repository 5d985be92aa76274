import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** `npm run test:long`: simulations and soaks that take minutes. */
export default defineConfig({
  test: {
    ...base.test,
    include: ['packages/*/src/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 3_600_000,
  },
});
