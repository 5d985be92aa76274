import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import type { HmacBase64 } from '../callback/hmac.ts';
import type { Rule } from '../rule/rule.ts';
import { expandNotification, type Notification } from './expand.ts';

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
    alertState: 'ALERT',
    triggerLevel: 'WARN',
    preTriggerLevel: null,
    curValue: 1,
    expression: '$Average>=1',
    transId: 't',
    timestamp: 1000,
    lastTimeMs: 0,
    rule: { ruleName: 'r', webhook: 'http://127.0.0.1:9099/hook', callbackProfile: null, labels: {}, ...rule },
  } as unknown as NotificationIntent;
  return { notificationId: id, alert, intent };
}
const expand = (of: Notification) => expandNotification(of, settings, { digest, hmacBase64 });

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
