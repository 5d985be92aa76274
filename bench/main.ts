/**
 * `npm run bench [-- deliver latency queued ledger samples ingest fold memory checkpoint restart] [--runs N]`: the product and its peers in the
 * same run, one after the other on the same cores, the median of several runs. Peers that are not installed are skipped
 * by name. `ingest fold memory restart` are rows 1 to 4 and 7 of the budgets.
 */
import { cpus, loadavg } from 'node:os';
import { windowCloseToCallback } from './callback.ts';
import { childFigures } from './child.ts';
import { alertmanagerNotifications, cloudbellDeliveries } from './deliver.ts';
import { deliveryLatency, isolatedLatency } from './delivery-latency.ts';
import { cloudbellWrite, prometheusWrite, victoriaMetricsWrite } from './ingest.ts';
import { latencyBesideLedger, ledgerSearch } from './ledger.ts';
import { startWithQueue } from './queued-start.ts';
import { restartAfterKill } from './restart.ts';
import { cloudbellSamples, prometheusSamples } from './samples.ts';
import { type Contender, type Discipline, measure } from './table.ts';

const ALERTS = 10_000;
const QUEUED = 1_000_000;
const LOAD = { series: 20_000, rounds: 10 };
const FLEET = { series: 100_000, rounds: 20 };
const PAIRS = 1_000_000;

const product = (name: string, run: Contender['run']): Contender => ({ name, needs: null, run });

const one = (unit: string, name: string, run: () => Promise<number>): Contender =>
  product(name, async () => ({ [unit]: await run() }));

const inChild = (file: string, name: string, unit: string, ...args: readonly (string | number)[]): Contender =>
  product(name, async () => ({ [unit]: await childFigures(file, args) }));

const fold = (unit: string, name: string, ...args: readonly (string | number)[]): Contender =>
  inChild('fold-child.ts', name, unit, ...args);

const EVALUATIONS = '(sample × rule) evaluations per CPU second';
const BYTES = 'bytes a pair';

const DISCIPLINES: Readonly<Record<string, readonly Discipline[]>> = {
  deliver: [
    {
      title: `Deliveries: ${ALERTS} alerts at once, one callback each`,
      contenders: [
        one('deliveries/s', 'Cloudbell (durable, every attempt on record)', () => cloudbellDeliveries(ALERTS, 1)),
        one('deliveries/s', 'Cloudbell, the same to 20 endpoints', () => cloudbellDeliveries(ALERTS, 20)),
        {
          ...one('deliveries/s', 'Alertmanager (in memory)', () => alertmanagerNotifications(ALERTS)),
          needs: 'prometheus-alertmanager',
        },
      ],
    },
  ],
  latency: [
    {
      title: 'From due to 2xx, open loop, 20 endpoints; and samples posted meanwhile, until they are durable',
      budgets: { 'p99, ms': '15 at 200/s, 25 at 1,000/s, 100 at 3,000/s, 25 beside 20 ill', 'accept p99, ms': '10' },
      contenders: [
        ...[200, 1000, 3000].map((perSecond) => product(`${perSecond}/s`, () => deliveryLatency(perSecond))),
        product('500/s to 80 endpoints, 20 ill ones beside', isolatedLatency),
      ],
    },
  ],
  queued: [
    {
      title: `A start with ${QUEUED} deliveries queued for 1,000 endpoints`,
      budgets: { 'to the first, s': '5', MB: '250' },
      contenders: [product('Cloudbell', () => startWithQueue(QUEUED))],
    },
  ],
  ledger: [
    {
      title: 'A ledger of 1,000,000 deliveries and 2,000,000 attempts',
      budgets: { 'p95, ms': '200', 'p99, ms': 'forgetting at most doubles it' },
      contenders: [
        product('searched by rule, alert, endpoint, status, time', ledgerSearch),
        product('200 deliveries/s beside, nothing to forget', () => latencyBesideLedger(false)),
        product('200 deliveries/s beside, all to be forgotten', () => latencyBesideLedger(true)),
      ],
    },
  ],
  samples: [
    {
      title: `Samples: ${LOAD.series} series, ${LOAD.rounds} rounds, one rule over all`,
      contenders: [
        one('samples/s', 'Cloudbell (JSON, durable when acknowledged)', () => cloudbellSamples(LOAD)),
        {
          ...one('samples/s', 'Prometheus (remote write, protobuf)', () => prometheusSamples(LOAD)),
          needs: 'prometheus',
        },
      ],
    },
  ],
  ingest: [
    {
      title: `Remote write by one sender on the same cores: ${FLEET.series} series, one rule over all`,
      budgets: { 'known series, samples/s': '500,000, moonshot 1,000,000' },
      contenders: [
        product('Cloudbell (durable, folded, history beside)', () => cloudbellWrite(FLEET)),
        { name: 'Prometheus', needs: 'prometheus', run: () => prometheusWrite(FLEET) },
        { name: 'VictoriaMetrics', needs: 'victoria-metrics', run: () => victoriaMetricsWrite(FLEET) },
      ],
    },
    {
      title: `The log and the fold alone, without HTTP and history: ${FLEET.series} series, batches of 5,000`,
      contenders: [
        inChild('log-child.ts', 'new series', 'samples per CPU second', 'new', FLEET.series),
        inChild('log-child.ts', 'known series', 'samples per CPU second', 'known', FLEET.series),
      ],
    },
    {
      title: 'History alone: 10,000 series, a sample every 15 s for an hour',
      contenders: [
        inChild('history-child.ts', 'written', 'samples per CPU second', 'rate'),
        inChild('history-child.ts', 'on disk', 'bytes a sample', 'bytes'),
      ],
    },
  ],
  fold: [
    {
      title: 'The fold alone, 100,000 series unless said otherwise',
      budgets: { [EVALUATIONS]: '5 M, moonshot 20 M' },
      contenders: [
        fold(EVALUATIONS, '4 samples a window', 'fold', 100_000, 4),
        fold(EVALUATIONS, '20 samples a window', 'fold', 100_000, 20),
        fold(EVALUATIONS, '1 sample a window', 'fold', 100_000, 1),
        fold(EVALUATIONS, '4 samples a window, 1,000,000 series', 'fold', 1_000_000, 4),
        fold(EVALUATIONS, 'no rule watches, 10,000 rules beside', 'unwatched', 100_000, 10_000),
        fold('windows per CPU second', 'windows that close and change nothing', 'close', 100_000),
      ],
    },
    {
      title: 'From the close of a window (its end + grace) to the callback: 100,000 series, 1 % change their level',
      budgets: { 'p99, ms': '500, moonshot 100' },
      contenders: [product('Cloudbell', windowCloseToCallback)],
    },
  ],
  memory: [
    {
      title: 'Memory of the fold, 1,000,000 pairs of as many series, all with an open window',
      budgets: { [BYTES]: '500, moonshot 200' },
      contenders: [
        fold(BYTES, '1 sample in the window', 'memory', PAIRS, 1),
        fold(BYTES, '4 samples in the window', 'memory', PAIRS, 4),
        fold(BYTES, '60 samples in the window', 'memory', PAIRS, 60),
      ],
    },
  ],
  checkpoint: [
    {
      title: 'A whole checkpoint, 1,000,000 pairs: saved and loaded, in memory',
      contenders: [fold('pairs/s', 'saved and loaded', 'checkpoint', PAIRS)],
    },
  ],
  restart: [
    {
      title: `A start after kill -9, ${PAIRS} pairs of series and rule`,
      budgets: { 'to ready, s': '5, moonshot 2' },
      contenders: [product('Cloudbell', () => restartAfterKill(PAIRS))],
    },
  ],
};

const args = process.argv.slice(2);
const runsAt = args.indexOf('--runs');
const runs = runsAt >= 0 ? Number(args[runsAt + 1]) : 3;
const wanted = args.filter((arg, at) => Object.hasOwn(DISCIPLINES, arg) && at !== runsAt + 1);

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${(loadavg()[0] ?? 0).toFixed(1)} at the start; ` +
    `median of ${runs} runs (least to most)\n`,
);
for (const name of wanted.length > 0 ? wanted : Object.keys(DISCIPLINES)) {
  for (const discipline of DISCIPLINES[name] ?? []) await measure(discipline, runs);
}
