import { systemClock } from '../base/clock.ts';
import { asError } from '../base/errors.ts';
import { banner, STOPPED } from './banner.ts';
import { demoReceiver, startDemo } from './demo.ts';
import type { CloudbellOptions } from './options-table.ts';
import { startWarnings } from './settings.ts';
import { type Cloudbell, startCloudbell } from './start.ts';
import { version } from './version.ts';

/** A stop that takes longer is forced: a second Ctrl-C does the same at once. */
const STOP_MS_MAX = 20_000;
/** A start that was broken off and does not come to its end is forced; nothing was acknowledged by it. */
const BROKEN_START_MS_MAX = 5_000;

/**
 * `npm start` and `npm run demo`: starts, says what a person needs to know, and stays until SIGINT, SIGTERM, SIGHUP or
 * the death of a room. Answers the exit code: 0 after a clean stop, 1 when something was left undone.
 */
export async function serve({ options, demo }: { options: CloudbellOptions; demo: boolean }): Promise<number> {
  const ending = untilTold();
  const starting = startCloudbell(options, {
    onDeath: ending.because,
    ...(demo ? { onReceived: demoReceiver(process.stdout) } : {}),
  });
  const brokenOff = await Promise.race([starting.then(() => null), ending.told.then((death) => ({ death }))]);
  if (brokenOff !== null) return breakOff(starting, brokenOff.death);
  const cloudbell = await starting;
  const more = demo ? [await startDemo(cloudbell, options)] : [];
  process.stdout.write(banner({ ...factsOf(cloudbell, options), more }));
  return stop(cloudbell, await ending.told);
}

/** Told to end, or bereft of a room, before the start was through: whatever it has built by then is taken down again. */
async function breakOff(starting: Promise<Cloudbell>, death: Error | null): Promise<number> {
  const forced = systemClock.after(BROKEN_START_MS_MAX, () => process.exit(1));
  const cloudbell = await starting.catch(() => null);
  forced();
  if (cloudbell !== null) return stop(cloudbell, death);
  if (death !== null) mourn(death);
  return death === null ? 0 : 1;
}

async function stop(cloudbell: Cloudbell, death: Error | null): Promise<number> {
  if (death !== null) mourn(death);
  const forced = systemClock.after(STOP_MS_MAX, () => process.exit(1));
  const failed = await cloudbell.stop();
  forced();
  for (const { name, error } of failed)
    process.stderr.write(`cloudbell: ${name} did not stop cleanly: ${error.message}\n`);
  if (death !== null || failed.length > 0) return 1;
  process.stdout.write(STOPPED);
  return 0;
}

function mourn(death: Error): void {
  process.stderr.write(
    `cloudbell: ${death.message}\n           A restart recovers; nothing that was acknowledged is lost.\n`,
  );
}

function factsOf(cloudbell: Cloudbell, options: CloudbellOptions): Parameters<typeof banner>[0] {
  const { url, signInUrl, newUser, newAccessKey, instanceId } = cloudbell;
  const collecting = instanceId === null ? null : `every ${options.collectEveryMs / 1000} s as ${instanceId}`;
  return {
    version: version(),
    url,
    signInUrl,
    newUser,
    newAccessKey,
    dataPath: options.dataPath,
    collecting,
    warnings: startWarnings(options),
  };
}

/** Resolves with null at the first signal, with the error at the death of a room; a second signal ends at once. */
function untilTold(): { readonly told: Promise<Error | null>; readonly because: (error: Error) => void } {
  let tell: (death: Error | null) => void = () => undefined;
  const told = new Promise<Error | null>((resolve) => {
    tell = resolve;
  });
  let interrupts = 0;
  // Ctrl-C twice means now. SIGTERM and SIGHUP may come beside it (a supervisor passing it on) and never cut a stop short.
  process.on('SIGINT', () => {
    if (++interrupts > 1) process.exit(130);
    tell(null);
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tell(null));
  return { told, because: (error) => tell(asError(error)) };
}
