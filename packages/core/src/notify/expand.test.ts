import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import type { HmacBase64 } from '../callback/hmac.ts';
import type { EventRule } from '../event/event-rule.ts';
import type { Rule } from '../rule/rule.ts';
import type { Contact } from './contact.ts';
import type { DeliveryDraft } from './delivery.ts';
import { expandEvent, expandFallback, expandNotification, type FailedDelivery, type Notification } from './expand.ts';
import { readMessageBody } from './message-body.ts';
import { noticeOf } from './notice.ts';

const hmacBase64: HmacBase64 = (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('base64');
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const settings = {
  defaultProfile: 'classic',
  secrets: { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null },
} as const;

function notification(rule: Partial<Rule> = {}, id = '0-7-0', alertId = 'a1'): Notification {
  const alert = {
    alertId,
    account: '12',
    ruleId: 'r1',
    namespace: 'acs_ecs',
    metricName: 'm',
    dimensions: { instanceId: 'i-12' },
    instanceName: null,
  } as unknown as Alert;
  const intent = {
    reason: 'transition',
    alertState: 'ALERT',
    triggerLevel: 'WARN',
    preTriggerLevel: null,
    curValue: 1,
    expression: '$Average>=1',
    transId: 't',
    timestamp: 1000,
    lastTimeMs: 0,
    rule: {
      ruleName: 'r',
      webhook: 'http://127.0.0.1:9099/hook',
      callbackProfile: null,
      labels: {},
      contactGroups: [],
      ...rule,
    },
  } as unknown as NotificationIntent;
  return { notificationId: id, alert, intent };
}
const GROUPS: Readonly<Record<string, Contact[]>> = {
  ops: [contact('ann', { email: 'ann@example.com' }), contact('bot', { robot: 'https://robot.example/send?t=1' })],
  web: [contact('ben', { email: 'ben@example.com', robot: 'https://robot.example/send?t=1' })],
  idle: [contact('nobody', {})],
};
function contact(
  name: string,
  { email = null, robot = null }: { email?: string | null; robot?: string | null },
): Contact {
  const dingtalk = robot === null ? null : { webhook: robot, secret: 'SECx' };
  return { account: '12', name, email, dingtalk, createdAt: 0, updatedAt: 0 };
}
const contactsOf = (groups: readonly string[]): Contact[] => groups.flatMap((group) => GROUPS[group] ?? []);
const callbackSettingsOf = (): null => null;
const tools = { digest, hmacBase64, contactsOf, callbackSettingsOf };
const expand = (of: Notification) => expandNotification(of, settings, tools);
const addresses = (drafts: readonly DeliveryDraft[]): [string, string][] =>
  drafts.map(({ channel, endpoint }) => [channel, endpoint]);

it('a webhook is one callback delivery in the default profile', () => {
  const [draft, ...rest] = expand(notification());
  expect(rest).toEqual([]);
  expect(draft).toMatchObject({
    channel: 'callback',
    endpoint: 'http://127.0.0.1:9099/hook',
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
    deliveryId: `msg_${digest('["0-7-0","callback","http://127.0.0.1:9099/hook"]').slice(0, 32)}`,
    lane: digest('["callback","http://127.0.0.1:9099/hook","a1"]').slice(0, 32),
  });
});

it('no webhook, no delivery', () => {
  expect(expand(notification({ webhook: null }))).toEqual([]);
});

it("the rule's profile wins", () => {
  expect(expand(notification({ callbackProfile: 'json' }))[0]?.contentType).toBe('application/json');
});

it('expanding again gives the same bytes and ids; another notification another id in the same lane', () => {
  const [first] = expand(notification());
  expect(expand(notification())[0]).toEqual(first);
  const [second] = expand(notification({}, '0-8-0'));
  expect(second?.deliveryId).not.toBe(first?.deliveryId);
  expect(second?.lane).toBe(first?.lane);
  expect(expand(notification({}, '0-7-0', 'a2'))[0]?.lane).not.toBe(first?.lane);
});

it('a delivery for each mailbox and each robot of the contacts, once, and the callback beside them', () => {
  expect(addresses(expand(notification({ contactGroups: ['ops', 'web', 'idle', 'unknown'] })))).toEqual([
    ['callback', 'http://127.0.0.1:9099/hook'],
    ['email', 'ann@example.com'],
    ['email', 'ben@example.com'],
    ['dingtalk', 'https://robot.example/send?t=1'],
  ]);
  expect(addresses(expand(notification({ webhook: null, contactGroups: ['idle'] })))).toEqual([]);
});

it('each has an id and a lane of its own; the body is the notification, without a secret', () => {
  const drafts = expand(notification({ contactGroups: ['ops'], labels: { team: 'web' } }));
  expect(new Set(drafts.map((draft) => draft.deliveryId)).size).toBe(3);
  expect(new Set(drafts.map((draft) => draft.lane)).size).toBe(3);
  const [, mail, robot] = drafts;
  expect(mail?.contentType).toBe('application/vnd.cloudbell.notification+json');
  expect(robot?.body).toEqual(mail?.body);
  expect(new TextDecoder().decode(robot?.body)).not.toContain('SECx');
  expect(readMessageBody(mail!.body)).toEqual({
    kind: 'alert',
    alertId: 'a1',
    ruleId: 'r1',
    ruleName: 'r',
    namespace: 'acs_ecs',
    metricName: 'm',
    dimensions: { instanceId: 'i-12' },
    instanceName: 'i-12',
    state: 'ALERT',
    level: 'WARN',
    levelBefore: null,
    value: 1,
    expression: '$Average>=1',
    since: 1000,
    timestamp: 1000,
    labels: { team: 'web' },
    reason: 'transition',
  });
});

it('an event goes to the contacts', () => {
  const event = {
    ...{ product: 'ECS', type: 'Exception', level: 'CRITICAL' as const, name: 'Reboot', status: 'Executing' },
    ...{ content: { a: 1 }, resourceId: null, instanceName: 'web-1', timestamp: 1000 },
  } as const;
  const rule = { account: '12', ruleId: 'e1', ruleName: 'failures' } as unknown as EventRule;
  const drafts = expandEvent(
    { notificationId: 'n1', alertId: 'x1', eventId: 'v1', event, rule, contacts: GROUPS.ops! },
    { digest },
  );
  expect(addresses(drafts)).toEqual([
    ['email', 'ann@example.com'],
    ['dingtalk', 'https://robot.example/send?t=1'],
  ]);
  expect(readMessageBody(drafts[0]!.body)).toMatchObject({ kind: 'event', name: 'Reboot', content: '{"a":1}' });
});

describe('what an endpoint did not take', () => {
  const message = readMessageBody(expand(notification({ webhook: null, contactGroups: ['ops'] }))[0]!.body);
  const failed: FailedDelivery = {
    ...{
      deliveryId: 'msg_1',
      channel: 'callback',
      endpoint: 'http://a.example/?token=0123456789abcdef',
      alertId: 'a1',
    },
    ...{ message, error: 'answered 500' },
  } as const;
  const instead = (changes: Partial<FailedDelivery> = {}) =>
    expandFallback({ ...failed, ...changes }, contactsOf(['ops', 'web']), { digest });

  it('goes to each mailbox and robot of the contacts once, and says where it was to go', () => {
    const drafts = instead();
    expect(addresses(drafts)).toEqual([
      ['email', 'ann@example.com'],
      ['email', 'ben@example.com'],
      ['dingtalk', 'https://robot.example/send?t=1'],
    ]);
    const insteadOf = { channel: 'callback', endpoint: 'http://a.example/?token=0123…', error: 'answered 500' };
    for (const { body } of drafts) expect(readMessageBody(body)).toEqual({ ...message, insteadOf });
    const notice = noticeOf(readMessageBody(drafts[0]!.body), String);
    expect([notice.detail, notice.facts[0]]).toEqual([
      '1 (Average>=1); not delivered to http://a.example/?token=0123…',
      { name: 'Fallback', text: 'not delivered by callback to http://a.example/?token=0123…: answered 500' },
    ]);
  });

  it('has the same ids each time, and others than any other delivery', () => {
    const ids = instead().map(({ deliveryId }) => deliveryId);
    expect(instead().map(({ deliveryId }) => deliveryId)).toEqual(ids);
    expect(instead({ deliveryId: 'msg_2' }).map(({ deliveryId }) => deliveryId)).not.toEqual(ids);
  });

  it('goes not to that endpoint again, and from a fallback nowhere', () => {
    const mailbox = { channel: 'email', endpoint: 'ann@example.com' } as const;
    expect(addresses(instead(mailbox))).not.toContainEqual(['email', 'ann@example.com']);
    expect(instead({ message: readMessageBody(instead()[0]!.body) })).toEqual([]);
  });
});
