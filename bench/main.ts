/**
 * `npm run bench [-- deliver samples ingest fold memory checkpoint] [--runs N]`: the product and its peers in the same run, one after the other on
 * the same cores, the median of several runs. Peers that are not installed are skipped by name.
 */
import { cpus } from 'node:os';
import { alertmanagerNotifications, cloudbellDeliveries } from './deliver.ts';
import { foldFigure } from './fold.ts';
import { cloudbellRemoteWrite, prometheusRemoteWrite } from './ingest.ts';
import { versionOf } from './process.ts';
import { cloudbellSamples, prometheusSamples } from './samples.ts';

interface Contender {
  readonly name: string;
  /** The program and Debian package it needs; null for the product itself. */
  readonly needs: string | null;
  readonly run: () => Promise<number>;
}
interface Discipline {
  readonly title: string;
  readonly unit: string;
  readonly contenders: readonly Contender[];
}

const ALERTS = 10_000;
const LOAD = { series: 20_000, rounds: 10 };
const FLEET = { series: 100_000, rounds: 11 };

const DISCIPLINES: Record<string, Discipline> = {
  deliver: {
    title: `Deliveries: ${ALERTS} alerts at once, one callback each`,
    unit: 'deliveries/s',
    contenders: [
      { name: 'Cloudbell (durable, every attempt on record)', needs: null, run: () => cloudbellDeliveries(ALERTS) },
      {
        name: 'Alertmanager (in memory)',
        needs: 'prometheus-alertmanager',
        run: () => alertmanagerNotifications(ALERTS),
      },
    ],
  },
  samples: {
    title: `Samples: ${LOAD.series} series, ${LOAD.rounds} rounds, one rule over all`,
    unit: 'samples/s',
    contenders: [
      { name: 'Cloudbell (JSON, durable when acknowledged)', needs: null, run: () => cloudbellSamples(LOAD) },
      { name: 'Prometheus (remote write, protobuf)', needs: 'prometheus', run: () => prometheusSamples(LOAD) },
    ],
  },
  ingest: {
    title: `Remote write, the same bytes to both: ${FLEET.series} series, one rule over all`,
    unit: 'samples/s',
    contenders: (['cold', 'warm'] as const).flatMap((temper) => [
      { name: `Cloudbell, ${temper} (durable, folded)`, needs: null, run: () => cloudbellRemoteWrite(FLEET, temper) },
      { name: `Prometheus, ${temper}`, needs: 'prometheus', run: () => prometheusRemoteWrite(FLEET, temper) },
    ]),
  },
};

const fold = (name: string, ...args: readonly (string | number)[]): Contender => ({
  name,
  needs: null,
  run: () => foldFigure(...args),
});

Object.assign(DISCIPLINES, {
  fold: {
    title: 'The fold alone: (sample × rule) evaluations per second of CPU time, 100,000 series unless said otherwise',
    unit: 'evaluations/s',
    contenders: [
      fold('4 samples a window', 'fold', 100_000, 4),
      fold('20 samples a window', 'fold', 100_000, 20),
      fold('1 sample a window', 'fold', 100_000, 1),
      fold('4 samples a window, 1,000,000 series', 'fold', 1_000_000, 4),
      fold('no rule watches, 10,000 rules beside', 'unwatched', 100_000, 10_000),
      fold('windows that close and change nothing', 'close', 100_000),
    ],
  },
  memory: {
    title: 'Memory of the fold, 1,000,000 pairs of as many series, all with an open window',
    unit: 'bytes a pair',
    contenders: [
      fold('1 sample in the window', 'memory', 1_000_000, 1),
      fold('4 samples in the window', 'memory', 1_000_000, 4),
      fold('60 samples in the window', 'memory', 1_000_000, 60),
    ],
  },
  checkpoint: {
    title: 'A whole checkpoint, 1,000,000 pairs: saved and loaded, in memory',
    unit: 'pairs/s',
    contenders: [fold('saved and loaded', 'checkpoint', 1_000_000)],
  },
} satisfies Record<string, Discipline>);

const args = process.argv.slice(2);
const runsAt = args.indexOf('--runs');
const runs = runsAt >= 0 ? Number(args[runsAt + 1]) : 3;
const wanted = args.filter((arg, at) => arg in DISCIPLINES && at !== runsAt + 1);

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; median of ${runs} runs (least to most)\n`,
);
for (const name of wanted.length > 0 ? wanted : Object.keys(DISCIPLINES))
  await measure(DISCIPLINES[name] as Discipline);

async function measure(discipline: Discipline): Promise<void> {
  console.log(discipline.title);
  const present = discipline.contenders.filter(
    (contender) => contender.needs === null || versionOf(contender.needs) !== null,
  );
  const figures = new Map<Contender, number[]>(present.map((contender) => [contender, []]));
  // In turn, not in blocks: a slow minute of the machine meets everybody alike.
  for (let run = 0; run < runs; run++)
    for (const contender of present) figures.get(contender)?.push(await contender.run());
  for (const contender of discipline.contenders) {
    const measured = figures.get(contender)?.sort((a, b) => a - b);
    const text =
      measured === undefined
        ? `skipped: ${contender.needs} is not installed (apt-get install ${contender.needs})`
        : `${whole(measured[Math.floor(measured.length / 2)])} ${discipline.unit}  (${whole(measured[0])} to ${whole(measured.at(-1))})`;
    console.log(`  ${contender.name.padEnd(46)} ${text}`);
  }
  console.log('');
}

function whole(value: number | undefined): string {
  return Math.round(value ?? 0)
    .toLocaleString('en')
    .padStart(9);
}
