/** Where the built console lies: what `vite build` makes of this package (scripts/console.mjs). */
export const CONSOLE_DIST = new URL('../dist/', import.meta.url);
