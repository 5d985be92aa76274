import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Paint, painter, safeText } from '../base/terminal-text.ts';
import { type ApiServer, ask, listAll, refusal, serverOf } from './api-client.ts';
import { EXIT } from './exit.ts';
import { readFlags } from './flags.ts';
import { KINDS, type Kind } from './kinds.ts';
import { readRulesFiles } from './rules-file.ts';
import { type Present, planRules, type Step } from './rules-plan.ts';
import { planText } from './rules-plan-text.ts';
import { rulesText } from './rules-text.ts';
import { type Terminal, UsageError } from './terminal.ts';
import { runVerb } from './verbs.ts';

/** `rules apply` and `rules export`: rules, and whom they tell, as code, over the REST API. Answers the exit code (usage.ts). */
export const rules = (argv: readonly string[], terminal: Terminal): Promise<number> =>
  runVerb('rules', { apply, export: exportRules }, { argv, terminal });

async function exportRules(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = readFlags(argv, { server: { type: 'string' } });
  terminal.out(rulesText(await listPresent(serverOf(values.server, terminal), KINDS)));
  return EXIT.done;
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
  const files = values.file.map((name) => ({ name, text: textOf(name, terminal) }));
  const wanted = readRulesFiles(files, terminal.env);
  const plan = planRules(wanted, await listPresent(server, wanted.kinds), values.prune);
  const paint = painter(terminal.colour);
  terminal.out(`${planText(plan, paint)}\n`);
  if (plan.steps.length === 0) return EXIT.done;
  if (values['dry-run']) return EXIT.failed;
  if (!values.yes && !(await confirmed(terminal))) return EXIT.failed;
  return applySteps(server, plan.steps, { terminal, paint });
}

/** One after the other, and past failures: what does not depend on them should be as the files say. */
async function applySteps(
  server: ApiServer,
  steps: readonly Step[],
  { terminal, paint }: { terminal: Terminal; paint: Paint },
): Promise<number> {
  let failures = 0;
  for (const step of steps) {
    const { refused, warnings } = await applyStep(server, step);
    const name = `${step.kind.noun} ${step.id}`;
    for (const warning of warnings) terminal.err(`${paint('yellow', safeText(`${name}: ${warning}`))}\n`);
    if (refused === null) continue;
    failures += 1;
    terminal.err(`${paint('red', safeText(`${name}: ${refused}`))}\n`);
  }
  terminal.out(`${steps.length - failures} applied${failures === 0 ? '' : `, ${failures} failed`}.\n`);
  return failures === 0 ? EXIT.done : EXIT.failed;
}

/** Everything of these kinds that the account has. */
async function listPresent(server: ApiServer, kinds: readonly Kind[]): Promise<Present[]> {
  const present: Present[] = [];
  for (const kind of kinds) {
    const items = await listAll<{ readonly version: number } & Readonly<Record<string, unknown>>>(server, kind.path);
    for (const item of items)
      present.push({ kind, id: item[kind.idField] as string, version: item.version, fields: kind.fieldsOf(item) });
  }
  return present;
}

/** Does one step, on the condition that the thing is still as it was when the plan was made. */
async function applyStep(
  server: ApiServer,
  step: Step,
): Promise<{ readonly refused: string | null; readonly warnings: readonly string[] }> {
  const { status, content } = await ask(server, {
    method: step.action === 'delete' ? 'DELETE' : 'PUT',
    path: `${step.kind.path}/${encodeURIComponent(step.id)}`,
    headers: step.action === 'create' ? { 'if-none-match': '*' } : { 'if-match': `"${step.version}"` },
    ...(step.action === 'delete' ? {} : { body: step.input }),
  });
  if (status === 412)
    return { refused: 'somebody changed it meanwhile; run apply again to see the difference', warnings: [] };
  if (status < 200 || status > 299) return { refused: refusal(status, content), warnings: [] };
  const { warnings = [] } = (content ?? {}) as { warnings?: readonly { readonly message: string }[] };
  return { refused: null, warnings: warnings.map(({ message }) => message) };
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
