/**
 * Goal: what people have already works as it is. A real Prometheus scrapes itself and a real node exporter and writes
 * both to Cloudbell; a rule on a metric of the exporter fires its callback. And Cloudbell scrapes the exporter itself.
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ACCESS_KEY_ID, ACCESS_KEY_SECRET, CloudbellProcess, type Json, pause } from './cloudbell-process.ts';
import { freePort, isInstalled, startProgram } from './programs.ts';
import { formOf, Receiver } from './receiver.ts';

const MISSING = ['prometheus', 'prometheus-node-exporter'].filter((program) => !isInstalled(program));

const ends: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const start = (program: string, args: readonly string[]): void => void ends.push(startProgram(program, args));

async function startExporter(): Promise<string> {
  const target = `127.0.0.1:${await freePort()}`;
  const only = ['meminfo', 'loadavg'].map((name) => `--collector.${name}`);
  start('prometheus-node-exporter', [`--web.listen-address=${target}`, '--collector.disable-defaults', ...only]);
  return target;
}

const rule = (webhook: string, namespace: string) => ({
  ruleName: 'memory',
  namespace,
  metricName: 'node_memory_MemAvailable_bytes',
  period: 2,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 1, times: 1 },
  },
  webhook,
});

test.skipIf(MISSING.length > 0)(
  `remote write by a real Prometheus, and a rule that fires (needs Debian packages prometheus and prometheus-node-exporter)`,
  { timeout: 300_000 },
  async () => {
    const receiver = await Receiver.open();
    ends.push(() => receiver.close());
    const cloudbell = await CloudbellProcess.start();
    ends.push(() => cloudbell.end('SIGTERM'));
    const put = await cloudbell.call('PUT', '/api/v1/rules/memory', rule(`${receiver.url}/hook`, 'prometheus'));
    expect(put.status).toBe(201);

    const exporter = await startExporter();
    const folder = await mkdtemp(join(tmpdir(), 'cloudbell-prometheus-'));
    const own = `127.0.0.1:${await freePort()}`;
    await writeFile(
      join(folder, 'prometheus.yml'),
      `
global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: prometheus, static_configs: [{targets: ["${own}"]}]}
  - {job_name: node, static_configs: [{targets: ["${exporter}"]}]}
remote_write:
  - url: ${cloudbell.url}/prometheus/api/v1/write
    basic_auth: {username: ${ACCESS_KEY_ID}, password: ${ACCESS_KEY_SECRET}}
    metadata_config: {send_interval: 1s}
    queue_config: {batch_send_deadline: 1s}
`,
    );
    start('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${own}`,
    ]);

    const [first] = await receiver.until(1);
    const form = formOf(first!);
    expect(form).toMatchObject({
      ...{ metricName: 'node_memory_MemAvailable_bytes', alertState: 'ALERT', triggerLevel: 'WARN' },
      ...{ dimensions: `{instance=${exporter}, job=node}`, instanceName: exporter },
    });
    expect(Number(form.curValue)).toBeGreaterThan(1e6);

    const query = '/api/v1/metrics/series?namespace=prometheus&metricName=prometheus_build_info';
    expect((await cloudbell.call('GET', query)).body.items).toHaveLength(1);
    // Prometheus counts what it could not get rid of.
    const metrics = await (await fetch(`http://${own}/metrics`)).text();
    expect(metrics).toMatch(/^prometheus_remote_storage_samples_failed_total\S* 0$/m);
    await expect
      .poll(async () => {
        const { items } = (await cloudbell.call('GET', '/api/v1/metrics/metadata')).body as Json;
        return items.find((one: Json) => one.metricName === 'node_memory_MemAvailable_bytes')?.type;
      })
      .toBe('gauge');
  },
);

test.skipIf(MISSING.includes('prometheus-node-exporter'))(
  'Cloudbell scrapes a real node exporter by cloudbell.yaml; one that ends is up 0 (needs prometheus-node-exporter)',
  { timeout: 300_000 },
  async () => {
    const receiver = await Receiver.open();
    ends.push(() => receiver.close());
    const exporter = await startExporter();
    const stopExporter = ends.at(-1)!;
    const file = join(await mkdtemp(join(tmpdir(), 'cloudbell-yaml-')), 'cloudbell.yaml');
    await writeFile(file, `scrape: [{job: node, namespace: fleet, interval: 1s, targets: ["${exporter}"]}]\n`);
    const cloudbell = await CloudbellProcess.start({ args: ['--collect', 'off', '--config', file] });
    ends.push(() => cloudbell.end('SIGTERM'));
    await cloudbell.call('PUT', '/api/v1/rules/memory', rule(`${receiver.url}/memory`, 'fleet'));
    const down = {
      ...rule(`${receiver.url}/down`, 'fleet'),
      metricName: 'up',
      escalations: { warn: { statistics: 'Maximum', comparisonOperator: 'LessThanThreshold', threshold: 1, times: 1 } },
    };
    await cloudbell.call('PUT', '/api/v1/rules/down', down);
    const [memory] = await receiver.until(1);
    expect([memory!.path, formOf(memory!).dimensions]).toEqual(['/memory', `{instance=${exporter}, job=node}`]);
    await stopExporter();
    while (!receiver.received.some(({ path }) => path === '/down')) await pause(50);
    expect(formOf(receiver.received.find(({ path }) => path === '/down')!)).toMatchObject({
      metricName: 'up',
      curValue: '0',
    });
  },
);
