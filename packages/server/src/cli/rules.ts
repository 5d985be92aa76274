import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readFlags } from './flags.ts';
import { applyStep, listRules, type RulesServer } from './rules-client.ts';
import { readRulesFiles, rulesText } from './rules-file.ts';
import { planRules, planText } from './rules-plan.ts';
import { painter, type Terminal, UsageError } from './terminal.ts';

const DONE = 0;
const NOT_AS_SAID = 1;

/** `rules apply` and `rules export`: rules as code, over the REST API. Answers the exit code (usage.ts). */
export async function rules(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [verb, ...rest] = argv;
  if (verb !== 'apply' && verb !== 'export') {
    throw new UsageError(`rules ${verb === undefined ? 'needs a verb' : `has no verb "${verb}"`}: apply or export`);
  }
  try {
    return await (verb === 'apply' ? apply(rest, terminal) : exportRules(rest, terminal));
  } catch (thrown) {
    if (thrown instanceof UsageError || !(thrown instanceof Error)) throw thrown;
    terminal.err(`cloudbell: ${thrown.message}\n`);
    return NOT_AS_SAID;
  }
}

async function exportRules(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, { server: { type: 'string' } });
  terminal.out(rulesText(await listRules(serverOf(values.server, terminal))));
  return DONE;
}

async function apply(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, {
    file: { type: 'string', short: 'f', multiple: true, default: [] },
    prune: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    server: { type: 'string' },
  });
  if (values.file.length === 0) throw new UsageError('rules apply needs a file: -f rules.yaml');
  if (values.yes && values['dry-run']) throw new UsageError('--yes and --dry-run contradict each other');
  const server = serverOf(values.server, terminal);
  const wanted = readRulesFiles(values.file.map((name) => ({ name, text: textOf(name, terminal) })));
  const plan = planRules(wanted, await listRules(server), values.prune);
  const paint = painter(terminal.colour);
  terminal.out(`${planText(plan, paint)}\n`);
  if (plan.steps.length === 0) return DONE;
  if (values['dry-run']) return NOT_AS_SAID;
  if (!values.yes && !(await confirmed(terminal))) return NOT_AS_SAID;

  let failures = 0;
  for (const step of plan.steps) {
    const refused = await applyStep(server, step);
    if (refused === null) continue;
    failures += 1;
    terminal.err(paint('red', `${step.kind === 'delete' ? step.ruleId : step.rule.ruleId}: ${refused}\n`));
  }
  terminal.out(`${plan.steps.length - failures} applied${failures === 0 ? '' : `, ${failures} failed`}.\n`);
  return failures === 0 ? DONE : NOT_AS_SAID;
}

async function confirmed(terminal: Terminal): Promise<boolean> {
  const answer = await terminal.ask('Apply? [y/N] ');
  if (answer === null) throw new UsageError('nobody is there to ask: add --yes to apply, or --dry-run to only look');
  return /^y(es)?$/i.test(answer.trim());
}

function textOf(name: string, terminal: Terminal): string {
  try {
    return readFileSync(name === '-' ? 0 : resolve(terminal.cwd, name), 'utf8');
  } catch (thrown) {
    throw new UsageError(`${name}: cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}

function serverOf(flag: string | undefined, { env }: Terminal): RulesServer {
  const given = flag ?? (env.CLOUDBELL_SERVER || 'http://127.0.0.1:8190');
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--server: "${given}" is not an http or https URL`);
  const [accessKeyId, accessKeySecret] = [env.CLOUDBELL_ACCESS_KEY_ID, env.CLOUDBELL_ACCESS_KEY_SECRET];
  if (!accessKeyId || !accessKeySecret) {
    throw new UsageError('set CLOUDBELL_ACCESS_KEY_ID and CLOUDBELL_ACCESS_KEY_SECRET to an access key of the server');
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, accessKeyId, accessKeySecret };
}
