import type { EndpointAnswer, EndpointListAnswer } from '@cloudbell/core/contract/endpoint.ts';
import type { EndpointSettingsAnswer, RotateAnswer } from '@cloudbell/core/contract/endpoint-settings.ts';
import { durationMs } from '../base/duration.ts';
import { safeText } from '../base/terminal-text.ts';
import { ask, call, listAll, refusal } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { momentText } from './moment.ts';
import { agreed, onlyArgument, QUERY_FLAGS, queryOf, tell, tellList } from './query.ts';
import { aligned } from './table.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `cloudbell endpoints`: how endpoints are doing, and what single ones want otherwise. Answers the exit code (usage.ts). */
export const endpoints = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('endpoints', { list, settings, show, rotate, promote, delete: remove }, { argv, terminal });

const PATH = '/api/v1/endpoint-settings';
const pathOf = (name: string): string => `${PATH}/${encodeURIComponent(name)}`;

async function list(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  const { items } = await call<EndpointListAnswer>(query.server, {
    method: 'GET',
    path: '/api/v1/endpoints?limit=1000',
  });
  return tellList(query, items, {
    none: 'Nothing has been sent yet.',
    table: [
      { title: 'CHANNEL', text: ({ channel }) => channel },
      { title: 'ENDPOINT', text: ({ endpoint }) => endpoint, isElastic: true, colour: () => 'bold' },
      { title: 'STATE', text: ({ state }) => state, colour: ({ state }) => (state === 'failing' ? 'red' : null) },
      {
        title: 'FAILED',
        text: ({ failureRatio }) => (failureRatio === null ? '–' : `${Math.round(failureRatio * 100)} %`),
      },
      { title: 'P99', text: ({ latencyP99Ms }) => (latencyP99Ms === null ? '–' : `${latencyP99Ms} ms`) },
      { title: 'QUEUED', text: queueText },
    ],
  });
}

const queueText = ({ queued, drainMs }: EndpointAnswer): string =>
  queued === 0 ? '0' : `${queued}, ${drainMs === null ? 'no forecast' : `${Math.ceil(drainMs / 1000)} s`}`;

async function settings(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, QUERY_FLAGS);
  const query = queryOf(values, terminal);
  return tellList(query, await listAll<EndpointSettingsAnswer>(query.server, PATH), {
    none: 'No endpoint has settings of its own. They are written in rules.yaml, under endpoints.',
    table: [
      { title: 'NAME', text: ({ name }) => name, colour: () => 'bold' },
      { title: 'ENDPOINT', text: ({ endpoint }) => endpoint, isElastic: true },
      { title: 'SETS', text: (each) => wantsOf(each).join(', ') || 'nothing' },
      { title: 'CHANGED', text: ({ updatedAt }) => momentText(updatedAt, terminal.timeZone) },
    ],
  });
}

function wantsOf(of: EndpointSettingsAnswer): string[] {
  const wants: Readonly<Record<string, boolean>> = {
    patience: of.retryFor !== null,
    rate: of.rateLimit !== null,
    profile: of.callbackProfile !== null,
    headers: Object.keys(of.headers).length > 0,
    auth: of.auth !== null,
    'signing secret': of.signingSecret !== null,
    rotating: of.rotation !== null,
  };
  return Object.keys(wants).filter((want) => wants[want]);
}

async function show(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  const path = pathOf(onlyArgument(positionals, 'endpoints show NAME'));
  const found = await call<EndpointSettingsAnswer>(query.server, { method: 'GET', path });
  return tell(query, found, describe(found, terminal));
}

function describe(found: EndpointSettingsAnswer, { timeZone }: Terminal): string {
  const { rateLimit, auth, rotation } = found;
  const rows = [
    ['name', found.name],
    ['endpoint', found.endpoint],
    ['retried for', found.retryFor === null ? '1 + 3 attempts' : `${found.retryFor} s`],
    ['rate', rateLimit === null ? 'no limit' : `${rateLimit.attempts} in ${rateLimit.period} s`],
    ['profile', found.callbackProfile ?? "the deployment's"],
    [
      'headers',
      Object.entries(found.headers)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ') || 'none',
    ],
    [
      'auth',
      auth === null ? 'none' : auth.type === 'basic' ? `basic ${auth.user} ${auth.password}` : `bearer ${auth.token}`,
    ],
    ['secret', found.signingSecret ?? "the deployment's"],
    ...(rotation === null
      ? []
      : [
          [
            'rotating',
            `to ${rotation.next}${rotation.isPromoted ? ', promoted' : ''}, until ${momentText(rotation.endsAt, timeZone)}`,
          ],
        ]),
    ['changed', momentText(found.updatedAt, timeZone)],
  ];
  return aligned(rows.map((row) => row.map(safeText))).join('\n');
}

async function rotate(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(
    argv,
    { ...QUERY_FLAGS, grace: { type: 'string', default: '1d' }, 'secret-env': { type: 'string' } },
    true,
  );
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'endpoints rotate NAME [--grace 1d] [--secret-env NAME]');
  const graceMs = durationMs(values.grace);
  if (graceMs === null) throw new UsageError(`--grace: "${values.grace}" is no length of time; write 12h or 1d`);
  const variable = values['secret-env'];
  const secret = variable === undefined ? undefined : terminal.env[variable];
  if (variable !== undefined && !secret)
    throw new UsageError(`--secret-env: ${variable} is not set in the environment`);
  const body = { grace: Math.round(graceMs / 1000), ...(secret ? { secret } : {}) };
  const done = await call<RotateAnswer>(query.server, { method: 'POST', path: `${pathOf(name)}/rotate`, body });
  const { rotation } = done.settings;
  const told =
    rotation === null
      ? 'It signs from now on.'
      : `Both are live until ${momentText(rotation.endsAt, terminal.timeZone)}; then it signs alone. cloudbell endpoints promote ${safeText(name)} has it sign the form before.`;
  return tell(query, done, `New signing secret of ${safeText(name)}, shown this once:\n${done.signingSecret}\n${told}`);
}

async function promote(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, QUERY_FLAGS, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'endpoints promote NAME');
  const path = `${pathOf(name)}/promote`;
  const done = await call<EndpointSettingsAnswer>(query.server, { method: 'POST', path });
  return tell(query, done, `The new signing secret of ${safeText(name)} signs the form from now on.`);
}

async function remove(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readFlags(argv, { ...QUERY_FLAGS, yes: { type: 'boolean', default: false } }, true);
  const query = queryOf(values, terminal);
  const name = onlyArgument(positionals, 'endpoints delete NAME [--yes]');
  const found = await call<EndpointSettingsAnswer>(query.server, { method: 'GET', path: pathOf(name) });
  const question = safeText(`Delete the settings ${name} of ${found.endpoint}?`);
  if (!(await agreed(terminal, question, values.yes))) return EXIT.failed;
  const headers = { 'if-match': `"${found.version}"` };
  const { status, content } = await ask(query.server, { method: 'DELETE', path: pathOf(name), headers });
  if (status === 412) throw new Error(`somebody changed ${name} meanwhile; look at it and delete it again`);
  if (status > 299) throw new Error(refusal(status, content));
  return tell(query, { name }, `Endpoint settings ${safeText(name)} deleted.`);
}
