import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Built by scripts/console.mjs before a start that needs it. Served below /console/ (app/console-plugin.ts), which
 * replaces the nonce's placeholder in the page for each answer.
 */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2023',
    // Inlined files would be data: URLs, which the page's policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  // `npx vite packages/console` while working on it, beside a Cloudbell that runs.
  server: { proxy: { '/api': 'http://127.0.0.1:8190', '/readyz': 'http://127.0.0.1:8190' } },
});
