import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCountingReceiver } from './counting-receiver.ts';
import { send, startCloudbell, startPeer } from './process.ts';

/**
 * Notifications per second, from the first request at the receiver to the last, one request per alert.
 * Cloudbell: a rule for each endpoint, over `alerts` resources in all, that all fire in one window; every delivery durable,
 * every attempt on record. Alertmanager: as many alerts, each its own group, no waiting; nothing durable.
 */
export async function cloudbellDeliveries(alerts: number, endpoints: number): Promise<number> {
  const receiver = await openCountingReceiver();
  const cloudbell = await startCloudbell();
  try {
    for (let at = 0; at < endpoints; at++)
      await send(cloudbell, 'PUT', `/api/v1/rules/bench${at}`, {
        ruleName: `bench${at}`,
        namespace: 'bench',
        metricName: `m${at}`,
        period: 1,
        escalations: {
          warn: { statistics: 'Average', comparisonOperator: 'GreaterThanThreshold', threshold: 95, times: 1 },
        },
        webhook: `${receiver.url}${at}`,
      });
    const arrived = receiver.expect(alerts);
    // Ahead of the clock, so that the window is still open when the last batch has come, on a slow machine too.
    const timestamp = Date.now() + 10_000;
    for (let from = 0; from < alerts; from += 5000) {
      const samples = Array.from({ length: Math.min(5000, alerts - from) }, (_, i) => ({
        namespace: 'bench',
        metricName: `m${(from + i) % endpoints}`,
        dimensions: { instanceId: `i-${from + i}` },
        timestamp,
        value: 99,
      }));
      await send(cloudbell, 'POST', '/api/v1/samples', samples);
    }
    return alerts / ((await arrived) / 1000);
  } finally {
    await cloudbell.stop();
    await receiver.stop();
  }
}

export async function alertmanagerNotifications(alerts: number): Promise<number> {
  const receiver = await openCountingReceiver();
  const alertmanager = await startPeer((folder, port) => {
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(
      file,
      `route: {receiver: bench, group_by: ['...'], group_wait: 0s, group_interval: 1h, repeat_interval: 4h}\nreceivers: [{name: bench, webhook_configs: [{url: '${receiver.url}'}]}]\n`,
    );
    return [
      'prometheus-alertmanager',
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ];
  }, '/-/ready');
  try {
    const arrived = receiver.expect(alerts);
    for (let from = 0; from < alerts; from += 5000) {
      const batch = Array.from({ length: Math.min(5000, alerts - from) }, (_, i) => ({
        labels: { alertname: 'bench', instance: `i-${from + i}` },
      }));
      await send(alertmanager, 'POST', '/api/v2/alerts', batch);
    }
    return alerts / ((await arrived) / 1000);
  } finally {
    await alertmanager.stop();
    await receiver.stop();
  }
}
