/**
 * Goal: what was acknowledged is in history, each (series, timestamp) once, whatever ends the process. Method: samples,
 * then kill -9 or a stop, again and again on one folder; in the end history is asked for all of them.
 */
import { expect, test } from 'vitest';
import { CloudbellProcess } from './cloudbell-process.ts';

test('samples of a process that was killed, stopped and killed again are all in history, once', {
  timeout: 300_000,
}, async () => {
  let cloudbell = await CloudbellProcess.start();
  const { dataDir } = cloudbell;
  const start = Math.floor(Date.now() / 1000) * 1000 - 600_000;
  const wanted: [number, number][] = [];
  for (const [round, signal] of (['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const).entries()) {
    const samples = Array.from({ length: 50 }, (_, index) => {
      const at = start + (round * 50 + index) * 1000;
      wanted.push([at, round + index / 100]);
      return { namespace: 'n', metricName: 'm', dimensions: { id: '1' }, timestamp: at, value: round + index / 100 };
    });
    // The first one of each round comes twice; the second time it says something else, and is not believed.
    const again = samples.slice(0, 1).map((sample) => ({ ...sample, value: 99 }));
    const sent = await cloudbell.call('POST', '/api/v1/samples', [...samples, ...again]);
    expect(sent.body).toMatchObject({ accepted: 51 });
    // Into the memory of history, from where the kill takes it.
    await cloudbell.call('GET', '/api/v1/metrics/range?namespace=n&metricName=m');
    await cloudbell.end(signal);
    cloudbell = await CloudbellProcess.start({ dataDir });
  }
  const range = await cloudbell.call('GET', `/api/v1/metrics/range?namespace=n&metricName=m&from=${start}`);
  expect(range.body).toMatchObject({ period: null, series: [{ points: wanted }] });
  await cloudbell.end('SIGTERM');
});
