import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext, test } from 'vitest';
import { parse } from 'yaml';

/**
 * The files that put Cloudbell onto other machines: what matters in each is checked by reading it, and by the tool it
 * is for where that is installed.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

/** Runs a tool that may be absent; the test is then skipped, and says so. */
function tool(
  context: TestContext,
  probe: readonly string[],
  args: readonly string[],
): { code: number; output: string } {
  const [program = '', ...rest] = probe;
  if (spawnSync(program, rest, { stdio: 'ignore' }).status !== 0) context.skip(`${probe.join(' ')} does not work here`);
  const { status, stdout, stderr } = spawnSync(program, [...args], { cwd: root, encoding: 'utf8' });
  return { code: status ?? -1, output: `${stdout}${stderr}` };
}

/** Instructions with their continuation lines joined, comments left out. */
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
const having = (name: string): string[] => instructions.filter((line) => line.startsWith(`${name} `));

test('Dockerfile: fixed major of a slim base, a stage each for packages and console, nobody is root, one process that gets the signals', () => {
  expect(having('FROM')).toEqual(['FROM node:26-slim AS packages', 'FROM packages AS console', 'FROM node:26-slim']);
  expect(having('COPY')).toContain('COPY --from=console /app/packages/console/dist packages/console/dist');
  expect(instructions.lastIndexOf('USER node')).toBeGreaterThan(instructions.lastIndexOf('FROM node:26-slim'));
  expect(having('USER').at(-1)).toBe('USER node');
  expect(having('ENTRYPOINT')).toEqual(['ENTRYPOINT ["node", "packages/server/bin/cloudbell.mjs"]']);
  expect(having('CMD')).toEqual(['CMD ["serve"]']);
  expect(having('VOLUME')).toEqual(['VOLUME /data']);
  expect(having('STOPSIGNAL')).toEqual(['STOPSIGNAL SIGTERM']);
  expect(having('HEALTHCHECK')[0]).toContain('"node", "packages/server/bin/healthcheck.mjs"');
  expect(having('ADD')).toEqual([]);
});

test('Dockerfile: every workspace is there before npm ci, and everything copied gets past .dockerignore', () => {
  const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] };
  const beforeInstall = instructions.slice(
    0,
    instructions.findIndex((line) => line.startsWith('RUN npm ci')),
  );
  for (const workspace of workspaces) expect(beforeInstall.join('\n')).toContain(`COPY ${workspace}/package.json`);
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const sources = having('COPY')
    .filter((line) => !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1));
  for (const source of sources) expect(allowed).toContain(source.split('/')[0]?.replace('*', ''));
});

interface Compose {
  readonly services: Readonly<
    Record<string, { ports: string[]; volumes: string[]; environment: Record<string, string>; [key: string]: unknown }>
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
}

test('compose.yaml: only this host can connect, the data outlives the container, nothing is writable but them', () => {
  const { services, volumes } = parse(read('compose.yaml')) as Compose;
  const cloudbell = services.cloudbell;
  expect(cloudbell?.ports).toEqual(['127.0.0.1:8190:8190']);
  expect(cloudbell?.volumes).toEqual(['data:/data']);
  expect(Object.keys(volumes)).toEqual(['data']);
  expect(cloudbell).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '30s' });
});

test('container files use options that exist', async () => {
  const { environmentName, OPTION_KEYS, rowOf } = await import('../packages/server/src/app/options-table.ts');
  const known = OPTION_KEYS.map((key) => environmentName(rowOf(key).name));
  const used = `${read('Dockerfile')}${read('compose.yaml')}`.match(/CLOUDBELL_\w+/g) ?? [];
  expect(used.length).toBeGreaterThan(5);
  for (const name of used) expect(known).toContain(name);
});

test('docker compose takes compose.yaml', (context) => {
  const { code, output } = tool(context, ['docker', 'compose', 'version'], ['compose', 'config', '--quiet']);
  expect({ code, output }).toEqual({ code: 0, output: '' });
});

test('the systemd unit stops cleanly, restarts after crashes but not after wrong options, and is shut in', () => {
  const unit = read('deploy/cloudbell.service');
  for (const line of [
    'KillMode=mixed',
    'Restart=on-failure',
    'RestartPreventExitStatus=2',
    'DynamicUser=yes',
    'NoNewPrivileges=yes',
    'ProtectSystem=strict',
    'CapabilityBoundingSet=',
  ]) {
    expect(unit.split('\n')).toContain(line);
  }
  // V8 needs it off, and what is collected needs to be seen.
  expect(unit).not.toMatch(/^(MemoryDenyWriteExecute|ProtectProc|ProcSubset|PrivateNetwork)=/m);
});

test('systemd-analyze finds nothing wrong with the unit', (context) => {
  const args = ['verify', '--man=no', 'deploy/cloudbell.service'];
  expect(tool(context, ['systemd-analyze', '--version'], args)).toEqual({ code: 0, output: '' });
});

test('shellcheck finds nothing wrong with .ci/run', (context) => {
  expect(tool(context, ['shellcheck', '--version'], ['.ci/run'])).toEqual({ code: 0, output: '' });
});
