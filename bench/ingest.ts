import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AUTHORIZATION, type Peer, startCloudbell, startPeer } from './process.ts';
import { METRIC } from './stamped-batch.ts';
import type { Figures } from './table.ts';

/**
 * Remote write, the same sender to everybody: `sender.ts`, on the same cores. `new series`: the first round, in which
 * every series is new. `known series`: the rounds after it. Cloudbell answers when a sample is durable, and folds it in
 * an open window of one rule over all series; Prometheus and VictoriaMetrics answer when it is in memory or in a buffer.
 * Samples per second of CPU count all threads of the server: where others use the cores too, that says more.
 */
export interface WriteLoad {
  readonly series: number;
  readonly rounds: number;
}

export async function cloudbellWrite(load: WriteLoad): Promise<Figures> {
  const cloudbell = await startCloudbell();
  // Its windows stay open for the run: what their close costs is measured on its own (fold, callback).
  await putRule(cloudbell, { period: 3_600, threshold: 95 });
  return measured(cloudbell, '/prometheus/api/v1/write', load);
}

export async function prometheusWrite(load: WriteLoad): Promise<Figures> {
  return measured(await startPrometheus(METRIC), '/api/v1/write', load);
}

export async function victoriaMetricsWrite(load: WriteLoad): Promise<Figures> {
  const peer = await startPeer(
    (folder, port) => ['victoria-metrics', `-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`],
    '/health',
  );
  return measured(peer, '/api/v1/write', load);
}

/** A rule over every series of the metric: `Average > threshold`. */
export async function putRule(
  cloudbell: Peer,
  rule: { readonly period: number; readonly threshold: number; readonly grace?: number; readonly webhook?: string },
): Promise<void> {
  const { threshold, ...rest } = rule;
  const escalation = { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold, times: 1 };
  const answer = await fetch(`${cloudbell.url}/api/v1/rules/bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: AUTHORIZATION },
    body: JSON.stringify({
      ...{ ruleName: 'bench', namespace: 'prometheus', metricName: METRIC, escalations: { warn: escalation } },
      ...rest,
    }),
  });
  if (!answer.ok) throw new Error(`PUT rule: ${answer.status} ${await answer.text()}`);
}

/** A Prometheus that takes remote write, with one rule over `metric`. */
export function startPrometheus(metric: string): Promise<Peer> {
  return startPeer((folder, port) => {
    writeFileSync(
      join(folder, 'rules.yml'),
      `groups: [{name: bench, interval: 60s, rules: [{alert: bench, expr: "avg_over_time(${metric}[1m]) > 95"}]}]\n`,
    );
    writeFileSync(join(folder, 'prometheus.yml'), `rule_files: [${join(folder, 'rules.yml')}]\n`);
    return [
      'prometheus',
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--log.level=error',
    ];
  }, '/-/ready');
}

async function measured(peer: Peer, path: string, { series, rounds }: WriteLoad): Promise<Figures> {
  const program = fileURLToPath(new URL('./sender.ts', import.meta.url));
  const sender = spawn(process.execPath, [program, `${peer.url}${path}`, String(series), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const figures: Record<string, number> = {};
  const phases = ['new series', 'known series'];
  try {
    let cpuBefore = peer.cpuSeconds();
    for await (const line of createInterface({ input: sender.stdout })) {
      const cpu = peer.cpuSeconds();
      const phase = phases.shift() ?? '';
      figures[`${phase}, samples/s`] = JSON.parse(line).samplesPerSecond;
      figures[`${phase}, samples per CPU second`] = (series * (phases.length === 1 ? 1 : rounds)) / (cpu - cpuBefore);
      cpuBefore = cpu;
    }
    if (sender.exitCode === null) await once(sender, 'exit');
    if (sender.exitCode !== 0) throw new Error(`the sender ended with ${sender.exitCode}`);
    figures['resident memory afterwards, MB'] = peer.residentBytes() / 1e6;
    return figures;
  } finally {
    await peer.stop();
  }
}
