import { expect, test } from 'vitest';
import { createMemorySampleLog } from '../samplelog/memory/log.ts';
import { createDeployment, ruleRecord, START, samplesOf, seriesOf } from './simulated-deployment.ts';

/** Three series of a rule over 1 s: 0 is in order, 1 has fired, 2 is the last that was defined. */
async function idle() {
  const deployment = createDeployment(createMemorySampleLog());
  deployment.commits.rules.set('r1', ruleRecord());
  const evaluator = await deployment.start();
  await evaluator.appendRecords([ruleRecord()]);
  const series = [seriesOf(0), seriesOf(1), seriesOf(2)];
  await evaluator.appendSamples(0, { series, samples: samplesOf([0, START, 12], [1, START, 97], [2, START, 12]) });
  return { ...deployment, evaluator };
}
const code = (call: Promise<unknown>) => call.then(() => 'kept').catch((error) => error.code);

test('only what is at rest expires, and never the last id; it is in the log, and its ids are out of step', async () => {
  const { clock, evaluator, log } = await idle();
  expect(await evaluator.expire(0, [0, 1, 2])).toEqual([]);
  await clock.advance(10_000);
  const between = evaluator.appendSamples(0, { series: [], samples: samplesOf([1, START + 10_000, 12]) });
  expect(await evaluator.expire(0, [0, 1, 2])).toEqual([0]);
  await between;
  expect(log.entries.at(-1)?.records).toEqual([{ kind: 'expire', seriesIds: [0] }]);
  const renamed = { ...seriesOf(0), instanceName: 'web' };
  expect(
    await Promise.all([
      code(evaluator.appendSamples(0, { series: [], samples: samplesOf([0, START + 10_000, 1]) })),
      code(evaluator.appendSamples(0, { series: [renamed], samples: samplesOf([0, START + 10_000, 1]) })),
      code(
        evaluator.appendSamples(0, {
          series: [seriesOf(3, seriesOf(0).dimensions)],
          samples: samplesOf([3, START, 1]),
        }),
      ),
    ]),
  ).toEqual(['series_out_of_step', 'series_out_of_step', 'kept']);
  expect((await evaluator.series(0, 0, 2)).map(({ id }) => id)).toEqual([1, 2]);
});

test.each(['a clean stop', 'a crash', 'a crash without a checkpoint'])(
  'after %s the same is known, and an alert that stayed is cleared',
  async (how) => {
    const deployment = await idle();
    const { clock, commits, log } = deployment;
    await clock.advance(10_000);
    expect(await deployment.evaluator.expire(0, [0, 1])).toEqual([0, 1]);
    await clock.advance(2_000);
    if (how === 'a clean stop') await deployment.evaluator.stop();
    if (how === 'a crash without a checkpoint') log.loadCheckpoint = async () => null;
    const evaluator = await deployment.start();
    expect((await evaluator.status()).series).toBe(1);
    const before = commits.effects.length;
    const back = seriesOf(3, seriesOf(1).dimensions);
    await evaluator.appendSamples(0, { series: [back], samples: samplesOf([3, clock.wallMs(), 12]) });
    await clock.advance(2_000);
    const [{ effect }] = commits.effects.slice(before) as [(typeof commits.effects)[number]];
    expect(effect).toMatchObject({ alert: { state: 'OK' }, notification: { triggerLevel: 'OK' } });
  },
);
