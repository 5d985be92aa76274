import { ALERT_STATES } from '@cloudbell/core/alert/alert.ts';
import type { AlertAnswer } from '@cloudbell/core/contract/alert.ts';
import { plainDecimal } from '@cloudbell/core/metric/number.ts';
import { colourOfLevel } from '../base/terminal-text.ts';
import { listAll } from './api-client.ts';
import { readFlags } from './flags.ts';
import { momentText, spanText } from './moment.ts';
import { QUERY_FLAGS, queryOf, tellList } from './query.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell alerts`: what fires, over the REST API. Answers the exit code (usage.ts). */
export const alerts = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('alerts', { list }, { argv, terminal });

const RANKS = ['CRITICAL', 'WARN', 'INFO'];
const ANY = 'any';

/** The worst first, and of these the newest. */
async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, {
    ...QUERY_FLAGS,
    rule: { type: 'string' },
    state: { type: 'string', default: 'ALERT' },
  });
  if (![ANY, ...ALERT_STATES].includes(values.state))
    throw new UsageError(`--state: "${values.state}" is none of ${[...ALERT_STATES, ANY].join(', ')}`);
  const query = queryOf(values, terminal);
  const found = await listAll<AlertAnswer>(query.server, '/api/v1/alerts', {
    query: {
      ...(values.state === ANY ? {} : { state: values.state }),
      ...(values.rule === undefined ? {} : { ruleId: values.rule }),
    },
  });
  const rank = ({ level }: AlertAnswer): number => (RANKS.includes(level) ? RANKS.indexOf(level) : RANKS.length);
  const sorted = found.toSorted((a, b) => rank(a) - rank(b) || b.since - a.since);
  const now = terminal.now();
  return tellList(query, sorted, {
    none: values.state === 'ALERT' ? 'Nothing fires.' : 'No such alerts.',
    table: [
      { title: 'LEVEL', text: levelText, colour: (alert) => colourOfLevel(levelText(alert)) },
      { title: 'SINCE', text: ({ since }) => momentText(since, terminal.timeZone) },
      { title: 'FOR', text: ({ since }) => spanText(now - since) },
      { title: 'RULE', text: ({ ruleId }) => ruleId, colour: () => 'bold' },
      { title: 'VALUE', text: ({ value }) => (value === null ? '–' : plainDecimal(value)) },
      { title: 'RESOURCE', text: resourceText, isElastic: true },
      { title: 'KNOWN BY', text: ({ acknowledged }) => acknowledged?.by ?? '–' },
      { title: 'ID', text: ({ alertId }) => alertId },
    ],
  });
}

/** The level while it fires, else the state. */
const levelText = ({ state, level }: AlertAnswer): string => (state === 'ALERT' ? level : state);

function resourceText({ dimensions, instanceName }: AlertAnswer): string {
  const pairs = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
  return [...(instanceName === null ? [] : [instanceName]), ...pairs].join(' ');
}
