import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkHistory, type Verdict } from './check.ts';
import { CloudbellUnderTorture, pause } from './cloudbell-under-torture.ts';
import { HistoryFile, readHistory } from './history.ts';
import { Load, metricOf } from './load.ts';
import { BEHAVIOURS, openReceiver } from './receivers.ts';

/**
 * Goal: nothing lost, nothing out of order, nothing doubled but what a kill cut off. Method: alerts at a steady rate to
 * receivers that fail, reset, hang and duplicate; kill -9 at random moments, of the start as well; then let everything
 * be delivered, and judge the history that was written.
 */
export interface TortureOptions {
  readonly cycles: number;
  readonly perSecond: number;
  /** ms from ready to kill, at most. */
  readonly lifeMsMax: number;
  readonly graceS: number;
  /** Attempts of one delivery that receivers spoil; 4: all, so that some are given up. */
  readonly spoiltMax: number;
  readonly say: (line: string) => void;
  /** Aborted: no more kills; what was done so far is judged. */
  readonly enough?: AbortSignal;
}

export interface Tortured {
  readonly verdict: Verdict;
  /** Holds the history, `history.jsonl`, and Cloudbell's data. */
  readonly folder: string;
}

/** Of the kills, so many hit Cloudbell while it starts; never two in a row. */
const DURING_START = 0.2;
/** The longest a delivery can take with nobody to kill us: four time-outs and their retries, several in a lane. */
const DRAIN_MS_MAX = 600_000;

export async function torture(options: TortureOptions): Promise<Tortured> {
  const { perSecond, graceS, spoiltMax, say } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cloudbell-torture-'));
  const history = new HistoryFile(join(folder, 'history.jsonl'));
  const receivers = await Promise.all(BEHAVIOURS.map((each) => openReceiver(each, { history, spoiltMax })));
  const cloudbell = await CloudbellUnderTorture.create(join(folder, 'data'));
  try {
    cloudbell.start();
    await cloudbell.untilReady();
    for (const { name, url } of receivers) await putRule(cloudbell, { name, url, graceS });
    const load = new Load({ cloudbell, history, behaviours: BEHAVIOURS, perSecond, graceS });
    await whileEitherLives(load, (signal) => killAgainAndAgain(cloudbell, history, { ...options, signal }));
    say(`${load.due} notifications due; what is on its way is delivered now`);
    await untilDelivered(cloudbell, graceS);
    await cloudbell.end('SIGTERM');
    cloudbell.writeLedger(history);
  } finally {
    await cloudbell.kill();
    for (const receiver of receivers) await receiver.close();
    await history.close();
  }
  return { folder, verdict: await checkHistory(readHistory(history.path)) };
}

/** Where load or kills fail, the other is ended as well: a kill loop left alone would start Cloudbell again for ever. */
async function whileEitherLives(load: Load, kill: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const failed = new AbortController();
  const abandon = (thrown: unknown): never => {
    failed.abort();
    load.abandon();
    throw thrown;
  };
  const loaded = load.run().catch(abandon);
  const killed = kill(failed.signal).then(() => load.stop(), abandon);
  const ends = await Promise.allSettled([loaded, killed]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function killAgainAndAgain(
  cloudbell: CloudbellUnderTorture,
  history: HistoryFile,
  { cycles, lifeMsMax, graceS, say, signal, enough }: TortureOptions & { readonly signal: AbortSignal },
): Promise<void> {
  // The first alerts are due after the grace: from then on every kill meets some on their way.
  await pause((graceS + 2) * 1000);
  let startedWhole = true;
  for (let cycle = 1; cycle <= cycles && !signal.aborted && enough?.aborted !== true; cycle++) {
    const duringStart: boolean = startedWhole && cycle > 1 && Math.random() < DURING_START;
    if (duringStart) await pause(Math.random() * 1500);
    else {
      await cloudbell.untilReady();
      await pause(Math.random() * lifeMsMax);
    }
    await cloudbell.end('SIGKILL');
    history.write({ kind: 'killed', t: Date.now() });
    startedWhole = !duringStart;
    cloudbell.start();
    if (cycle % 25 === 0) say(`${cycle} of ${cycles} kills`);
  }
  await cloudbell.untilReady();
}

/** The last windows close, and then nothing is on its way any more; seen so several times, for a commit takes a moment. */
async function untilDelivered(cloudbell: CloudbellUnderTorture, graceS: number): Promise<void> {
  await pause((graceS + 2) * 1000);
  const until = Date.now() + DRAIN_MS_MAX;
  // What is still there then is lost, and the verdict says so.
  for (let idle = 0; idle < 4 && Date.now() < until; await pause(500)) idle = (await cloudbell.isIdle()) ? idle + 1 : 0;
}

async function putRule(
  cloudbell: CloudbellUnderTorture,
  { name, url, graceS }: { readonly name: string; readonly url: string; readonly graceS: number },
): Promise<void> {
  const answer = await cloudbell.call('PUT', `/api/v1/rules/${name.replaceAll(' ', '-')}`, {
    ruleName: name,
    namespace: 'torture',
    metricName: metricOf(name),
    period: 1,
    grace: graceS,
    escalations: {
      warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
    },
    webhook: url,
    silenceTime: null,
  });
  if (answer.status !== 201) throw new Error(answer.text);
}
