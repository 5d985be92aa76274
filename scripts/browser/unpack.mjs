/**
 * Unpacks Chromium with the libraries and fonts that a bare machine lacks, and prints the path of a script that starts
 * it with these. The package brings them only on Amazon's machines, and to /tmp: one variable says that this is such a
 * machine, another where /tmp is, and its fonts are named anew.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('node_modules/.cache', import.meta.url));
mkdirSync(folder, { recursive: true });
process.env.TMPDIR = folder;
process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x';

const { default: chromium } = await import('@sparticuz/chromium');
const path = await chromium.executablePath();

const fonts = join(folder, 'fonts');
writeFileSync(
  join(fonts, 'fonts.conf'),
  `<fontconfig><dir>${fonts}</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
);

const script = join(folder, 'start-chromium');
const { LD_LIBRARY_PATH, FONTCONFIG_PATH } = process.env;
// Under the C locale this Chromium tells pages a language that Intl refuses.
const variables = `LC_ALL=en_US.UTF-8 LD_LIBRARY_PATH='${LD_LIBRARY_PATH}' FONTCONFIG_PATH='${FONTCONFIG_PATH}'`;
writeFileSync(script, `#!/bin/sh\n${variables} exec '${path}' "$@"\n`, { mode: 0o755 });
process.stdout.write(script);
