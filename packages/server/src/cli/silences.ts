import type { SilenceAnswer } from '@cloudbell/core/contract/silence.ts';
import { DURATION_EXAMPLES, durationMs } from '../base/duration.ts';
import { safeText } from '../base/terminal-text.ts';
import { call, listAll } from './api-client.ts';
import { readFlags } from './flags.ts';
import { momentText, spanText } from './moment.ts';
import { onlyArgument, QUERY_FLAGS, queryOf, tell, tellList } from './query.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell silences`: hold notifications back for a time, over the REST API. Answers the exit code (usage.ts). */
export const silences = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('silences', { list, add, end }, { argv, terminal });

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, { ...QUERY_FLAGS, all: { type: 'boolean', default: false } });
  const query = queryOf(values, terminal);
  const found = await listAll<SilenceAnswer>(query.server, '/api/v1/silences', { most: 1000 });
  const now = terminal.now();
  return tellList(query, values.all ? found : found.filter(({ state }) => state !== 'past'), {
    none: values.all ? 'No silences.' : 'Nothing is silenced. --all shows what was.',
    table: [
      {
        title: 'STATE',
        text: ({ state }) => state,
        colour: ({ state }) => (state === 'active' ? 'yellow' : 'dim'),
      },
      { title: 'UNTIL', text: ({ until }) => momentText(until, terminal.timeZone) },
      { title: 'LEFT', text: ({ state, until }) => (state === 'past' ? '–' : spanText(until - now)) },
      { title: 'WHAT', text: whatText },
      { title: 'WHO', text: ({ who }) => who },
      { title: 'WHY', text: ({ why }) => why || '–', isElastic: true },
      { title: 'ID', text: ({ silenceId }) => silenceId },
    ],
  });
}

function whatText({ by }: SilenceAnswer): string {
  if ('ruleId' in by) return `rule ${by.ruleId}`;
  if ('alertId' in by) return `alert ${by.alertId}`;
  return Object.entries(by.dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

async function add(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, {
    ...QUERY_FLAGS,
    rule: { type: 'string' },
    alert: { type: 'string' },
    dimension: { type: 'string', short: 'd', multiple: true, default: [] },
    for: { type: 'string' },
    why: { type: 'string', default: '' },
  });
  const query = queryOf(values, terminal);
  const by = {
    ...(values.rule === undefined ? {} : { ruleId: values.rule }),
    ...(values.alert === undefined ? {} : { alertId: values.alert }),
    ...(values.dimension.length === 0 ? {} : { dimensions: Object.fromEntries(values.dimension.map(pairOf)) }),
  };
  if (Object.keys(by).length !== 1)
    throw new UsageError('silences add needs one of --rule ID, --alert ID and --dimension name=value');
  if (values.for === undefined) throw new UsageError('silences add needs --for: how long, as 1h');
  const lengthMs = durationMs(values.for);
  if (lengthMs === null) throw new UsageError(`--for: "${values.for}" is not a duration like ${DURATION_EXAMPLES}`);
  const silence = await call<SilenceAnswer>(query.server, {
    method: 'POST',
    path: '/api/v1/silences',
    body: { by, until: terminal.now() + lengthMs, why: values.why },
  });
  const until = momentText(silence.until, terminal.timeZone);
  return tell(
    query,
    silence,
    safeText(`Silenced ${whatText(silence)} until ${until}.`) +
      `\ncloudbell silences end ${silence.silenceId} ends it before.`,
  );
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw new UsageError(`--dimension: "${text}" is not name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

async function end(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  const silenceId = onlyArgument(positionals, 'silences end ID');
  await call(query.server, { method: 'DELETE', path: `/api/v1/silences/${encodeURIComponent(silenceId)}` });
  return tell(query, { silenceId }, 'The silence is over; what it held back is brought up to date now.');
}
