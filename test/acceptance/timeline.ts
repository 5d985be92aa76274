import { SimulatedCloudbell } from './simulated-cloudbell.ts';

/**
 * Acceptance as a timeline: what happens at which second, and what the receiver must have seen in the end. Time is
 * simulated; the rooms are real. A line of `want` reads
 *
 *     1.5  i-12  ALERT WARN (before: null)  97.39  $Average>=95
 */
export type Step = (cloudbell: SimulatedCloudbell) => Promise<void>;
export interface At {
  /** Seconds from the start. */
  readonly second: number;
  readonly what: Step;
}

export const at = (second: number, what: Step): At => ({ second, what });

/** One value of a resource at each of these seconds. */
export const samples = (instanceId: string, values: Readonly<Record<number, number>>): At[] =>
  Object.entries(values).map(([second, value]) =>
    at(Number(second), (cloudbell) => cloudbell.push('mem', { instanceId }, value)),
  );

/** The same value every `every` seconds, from `from` (included) to `to` (excluded). */
export function steady(instanceId: string, value: number, span: { from: number; to: number; every: number }): At[] {
  const steps: At[] = [];
  for (let second = span.from; second < span.to; second += span.every) {
    steps.push(at(second, (cloudbell) => cloudbell.push('mem', { instanceId }, value)));
  }
  return steps;
}

export const rule =
  (fields: object = {}): Step =>
  (cloudbell) =>
    cloudbell.putRule('r1', { ...RULE, ...fields });

/** How the receiver answers from now on. */
export const receiver =
  (answer: SimulatedCloudbell['answer']): Step =>
  async (cloudbell) => {
    cloudbell.answer = answer;
  };

/** Killed, and started again at once. */
export const restarted: Step = async (cloudbell) => {
  await cloudbell.crash();
  await cloudbell.start();
};

/** The machine or process stands still; nothing runs meanwhile. */
export const frozen =
  (seconds: number, clocks: 'both' | 'wall'): Step =>
  async (cloudbell) =>
    cloudbell.clock.freeze(seconds * 1000, clocks);

export const wallClockMoved =
  (seconds: number): Step =>
  async (cloudbell) =>
    cloudbell.clock.stepWall(seconds * 1000);

const RULE = {
  ruleName: 'memory',
  namespace: 'acs_ecs',
  metricName: 'mem',
  period: 1,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 1 },
  },
  webhook: 'http://receiver.example/hook',
};

/** Plays the steps in order of time, goes on until `until` seconds, and answers what the receiver saw, line by line. */
export async function play(steps: readonly (At | readonly At[])[], until: number): Promise<string[]> {
  const cloudbell = new SimulatedCloudbell();
  await cloudbell.start();
  const inOrder = steps.flat().sort((a, b) => a.second - b.second);
  let now = 0;
  for (const { second, what } of inOrder) {
    await cloudbell.clock.advance((second - now) * 1000);
    now = second;
    await what(cloudbell);
  }
  await cloudbell.clock.advance((until - now) * 1000);
  const lines = cloudbell.seen.map(({ at: seconds, attempt, form }) => {
    const resource = /instanceId=([^,}]*)/.exec(form.dimensions ?? '')?.[1];
    const again = attempt > 1 ? `  attempt ${attempt}` : '';
    return `${seconds}  ${resource}  ${form.alertState} ${form.triggerLevel} (before: ${form.preTriggerLevel})  ${form.curValue}  ${form.expression}${again}`;
  });
  await cloudbell.stop();
  return lines;
}
