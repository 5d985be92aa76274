/** A file of the console: where it is served, as what, and where it is read from. */
export interface ConsoleFile {
  readonly path: string;
  readonly contentType: string;
  readonly url: URL;
}

const SCRIPT = 'text/javascript; charset=utf-8';

/** Everything a browser may ask for. Scripts sit in one folder, so that they import one another by relative paths. */
export const CONSOLE_FILES: readonly ConsoleFile[] = [
  { path: '/', contentType: 'text/html; charset=utf-8', url: new URL('./index.html', import.meta.url) },
  { path: '/console/app.css', contentType: 'text/css; charset=utf-8', url: new URL('./app.css', import.meta.url) },
  { path: '/console/rows.css', contentType: 'text/css; charset=utf-8', url: new URL('./rows.css', import.meta.url) },
  { path: '/console/icon.svg', contentType: 'image/svg+xml', url: new URL('./icon.svg', import.meta.url) },
  { path: '/console/app.js', contentType: SCRIPT, url: new URL('./app.js', import.meta.url) },
  { path: '/console/connection.js', contentType: SCRIPT, url: new URL('./connection.js', import.meta.url) },
  { path: '/console/deliveries.js', contentType: SCRIPT, url: new URL('./deliveries.js', import.meta.url) },
  { path: '/console/element.js', contentType: SCRIPT, url: new URL('./element.js', import.meta.url) },
  { path: '/console/firing.js', contentType: SCRIPT, url: new URL('./firing.js', import.meta.url) },
  { path: '/console/inbox.js', contentType: SCRIPT, url: new URL('./inbox.js', import.meta.url) },
  { path: '/console/words.js', contentType: SCRIPT, url: new URL('./words.js', import.meta.url) },
];
