import type { CallbackProfile, Rule } from '../rule/rule.ts';
import type { AttemptResult, ChannelName } from './delivery.ts';

/** Somebody asks whether an endpoint can be reached: sent as a notification is, but there is no alert behind it. */
export interface TestSend {
  readonly channel: ChannelName;
  /** A callback URL, an e-mail address, or the webhook URL of a robot. */
  readonly endpoint: string;
  /** Of a robot that is in no contact yet; undefined takes the stored one. */
  readonly secret?: string | null | undefined;
  /** What the message talks about. */
  readonly rule: Rule;
  /** Of a callback; null takes the rule's, then the deployment's. */
  readonly profile: CallbackProfile | null;
}

/** What went out, exactly, but for secrets. */
export interface SentMessage {
  /** `POST https://example.com/hook?token=…`, or the mailbox. */
  readonly target: string;
  /** In the order sent; a mail's are part of its body. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The texts that were signed, each with the name of its signature. */
  readonly signed: readonly { readonly name: string; readonly text: string }[];
}

export interface TestSendResult {
  /** Header `webhook-id`, and part of a mail's Message-ID. */
  readonly deliveryId: string;
  readonly result: AttemptResult;
  /** Null when nothing went out: an address that is not allowed, no SMTP server. */
  readonly sent: SentMessage | null;
}

/** What the vendor's document shows: a test that is asked for without a rule talks about this one. */
export const SAMPLE_RULE: Omit<Rule, 'account'> = {
  ruleId: 'sample',
  version: 1,
  ruleName: 'Basic monitoring-ECS-memory usage',
  enabled: true,
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  resources: [],
  period: 60,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
  webhook: null,
  callbackProfile: null,
  contactGroups: [],
  silenceTime: 86_400,
  sendOk: true,
  grace: 10,
  effectiveInterval: '00:00-23:59',
  noDataPolicy: 'KEEP_LAST_STATE',
  noDataPeriods: null,
  labels: {},
};
