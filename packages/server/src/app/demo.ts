import { systemClock } from '../base/clock.ts';
import { formatReceived } from '../inbox/format-received.ts';
import type { InboxOptions } from '../inbox/inbox.ts';
import type { CloudbellOptions } from './options-table.ts';
import type { Cloudbell } from './start.ts';

/** What the demo watches: this host's own memory, with a threshold it surely crosses. */
const RULE_ID = 'demo-memory';
const PERIOD_S = 15;
const THRESHOLD_PERCENT = 1;

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Prints each callback that arrives in the inbox, with the exact bytes that were sent. */
export function demoReceiver(screen: Screen): NonNullable<InboxOptions['onReceived']> {
  return (item) => {
    const colour = screen.isTTY === true;
    screen.write(`\n${formatReceived(item, { colour, width: Math.min(screen.columns || 100, 120) })}\n`);
  };
}

/** Makes the demo's rule, which calls back into the own inbox; answers what to tell the person, a paragraph. */
export async function startDemo(cloudbell: Cloudbell, options: CloudbellOptions): Promise<string> {
  const written = await cloudbell.rules.put(
    {
      account: options.accountId,
      ruleId: RULE_ID,
      ruleName: 'Basic monitoring-ECS-memory usage',
      enabled: true,
      namespace: 'acs_ecs',
      metricName: 'Host.mem.usedutilization',
      resources: [],
      period: PERIOD_S,
      escalations: {
        warn: {
          statistics: 'Average',
          comparisonOperator: 'GreaterThanOrEqualToThreshold',
          threshold: THRESHOLD_PERCENT,
          times: 1,
        },
      },
      webhook: `${cloudbell.url}/inbox/demo`,
      callbackProfile: null,
      contactGroups: [],
      silenceTime: 60,
      sendOk: true,
      grace: 2,
      effectiveInterval: '00:00-23:59',
      noDataPolicy: 'KEEP_LAST_STATE',
      noDataPeriods: null,
      labels: {},
    },
    null,
    systemClock.wallMs(),
  );
  if ('change' in written && written.change !== null) await cloudbell.changes.flush(written.change);
  return [
    `  Demo: rule ${RULE_ID} watches this host's memory use (Average >= ${THRESHOLD_PERCENT} % over ${PERIOD_S} s) and calls back into`,
    `  ${cloudbell.url}/inbox/demo. The first callback is shown here within ${2 * PERIOD_S + 5} s, with the exact bytes that were sent.`,
  ].join('\n');
}
