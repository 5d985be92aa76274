/**
 * One measurement of the fold in a process of its own, so that nothing else is on its heap: prints one number.
 *
 *   fold SERIES ROUNDS      (sample × rule) evaluations per second of CPU time, ROUNDS samples a window
 *   unwatched SERIES RULES  samples per second that no rule watches, beside so many rules over other metrics
 *   close SERIES            windows closed per second of CPU time, none of which changes anything
 *   memory PAIRS SAMPLES    bytes of resident memory per pair, SAMPLES samples in the open window
 *   checkpoint PAIRS        pairs saved and loaded again per second
 */
import { loadFold, saveFold } from '@cloudbell/core/alert/checkpoint.ts';
import { foldCounters } from '@cloudbell/core/alert/fold.ts';
import { sha256Hex } from '../packages/server/src/base/digest.ts';
import { BenchLog, benchFold, benchRule, benchSamples, calm, START } from './fold-load.ts';

const [what = '', first = '', second = ''] = process.argv.slice(2);
const measures: Readonly<Record<string, (a: number, b: number) => number | Promise<number>>> = {
  fold,
  unwatched,
  close,
  memory,
  checkpoint,
};
const measure = measures[what];
if (measure === undefined) throw new Error(`nothing is called ${what}`);
console.log(await measure(Number(first), Number(second)));

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function watched(series: number): BenchLog {
  const log = new BenchLog(benchFold());
  log.apply(START, benchRule('r1'));
  log.define(series, START);
  return log;
}

function fold(series: number, rounds: number): number {
  const log = watched(series);
  const entries = Array.from({ length: rounds }, (_, round) =>
    benchSamples(0, series, START + Math.floor((round * 60_000) / rounds), calm),
  );
  const windows = Math.max(2, Math.ceil(40_000_000 / (series * rounds)));
  let seconds = 0;
  for (let window = 0; window <= windows; window++) {
    if (window > 0) for (const { timestamps } of entries) timestamps.fill((timestamps[0] ?? 0) + 60_000);
    const spent = cpuSeconds(() => {
      for (const entry of entries) log.apply(entry.timestamps[0] ?? 0, entry);
    });
    // The first window makes each alert, and warms up.
    if (window > 0) seconds += spent;
  }
  return (windows * series * rounds) / seconds;
}

function unwatched(series: number, rules: number): number {
  const log = new BenchLog(benchFold());
  for (let i = 0; i < rules; i++) log.apply(START, benchRule(`r${i}`, { metricName: `m${i}` }));
  log.define(series, START, 'other');
  const entry = benchSamples(0, series, START, calm);
  const rounds = Math.ceil(20_000_000 / series);
  const seconds = cpuSeconds(() => {
    for (let round = 0; round < rounds; round++) log.apply(START, entry);
  });
  return (rounds * series) / seconds;
}

function close(series: number): number {
  const log = watched(series);
  let seconds = 0;
  const windows = 10;
  for (let window = 0; window <= windows; window++) {
    const at = START + window * 60_000;
    log.apply(at, benchSamples(0, series, at, calm));
    const spent = cpuSeconds(() => log.apply(at + 70_000 - 1e-3));
    const closed = cpuSeconds(() => log.apply(at + 70_000));
    if (window > 0) seconds += spent + closed;
  }
  return (windows * series) / seconds;
}

async function memory(pairs: number, samples: number): Promise<number> {
  const before = await settledBytes();
  const log = watched(pairs);
  for (let window = 0; window < 2; window++) {
    for (let i = 0; i < samples; i++) {
      const at = START + window * 60_000 + 12_000 + Math.floor((i * 40_000) / samples);
      for (let from = 0; from < pairs; from += 50_000) log.apply(at, benchSamples(from, from + 50_000, at, calm));
    }
  }
  const after = await settledBytes();
  if (foldCounters(log.fold).pairs !== pairs) throw new Error('pairs are missing');
  return (after - before) / pairs;
}

/** Resident memory once what was let go has been given back, which takes V8 a while. */
async function settledBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
    least = Math.min(least, process.memoryUsage.rss());
  }
  return least;
}

function checkpoint(pairs: number): number {
  const log = watched(pairs);
  for (let from = 0; from < pairs; from += 50_000) log.apply(START, benchSamples(from, from + 50_000, START, calm));
  const started = performance.now();
  const saved = saveFold(log.fold);
  if (process.env.VERBOSE !== undefined) console.error('saved', performance.now() - started);
  loadFold({ partition: 0, digest: sha256Hex }, saved);
  return pairs / ((performance.now() - started) / 1000);
}
