import { readFlags } from './flags.ts';
import { type Terminal, UsageError } from './terminal.ts';

/** `cloudbell receive`: a stand-alone receiver that verifies and prints, until it is interrupted. */
export async function receive(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, {
    port: { type: 'string', default: '9099' },
    host: { type: 'string', default: '127.0.0.1' },
    secret: { type: 'string' },
    status: { type: 'string', default: '200' },
    raw: { type: 'boolean', default: false },
  });
  const secret = values.secret ?? (terminal.env.CLOUDBELL_SIGNING_SECRET || null);
  const { startReceiver } = await import('../app/receiver.ts');
  const started = await startReceiver({
    host: values.host,
    port: numberOf('--port', values.port, { min: 0, max: 65_535 }),
    status: numberOf('--status', values.status, { min: 200, max: 599 }),
    secret,
    previousSecret: terminal.env.CLOUDBELL_SIGNING_SECRET_PREVIOUS || null,
    raw: values.raw,
    colour: terminal.colour,
    width: terminal.columns,
    print: terminal.out,
  });
  if ('error' in started) {
    terminal.err(`cloudbell: ${started.error}\n`);
    return 1;
  }
  const checking = secret === null ? 'not checking signatures: no --secret' : 'checking signatures';
  terminal.err(`Receiving at ${started.url}, answering ${values.status}, ${checking}. Ctrl-C stops.\n`);
  await terminal.interrupted();
  await started.stop();
  return 0;
}

function numberOf(flag: string, text: string, limits: { readonly min: number; readonly max: number }): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= limits.min && number <= limits.max) return number;
  throw new UsageError(`${flag}: "${text}" is not a number from ${limits.min} to ${limits.max}`);
}
