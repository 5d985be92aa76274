import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Alert } from '../alert/alert.ts';
import type { NotificationIntent } from '../alert/effect.ts';
import type { Rule } from '../rule/rule.ts';
import type { HmacBase64 } from './hmac.ts';
import { callbackNamespace } from './namespace-map.ts';
import { CLASSIC_NAMES, EXTENDED_ONLY_NAMES } from './parameters.ts';
import { renderCallback } from './render.ts';
import { verifyCallback } from './verify.ts';

const hmacBase64: HmacBase64 = (algorithm, key, data) => createHmac(algorithm, key).update(data).digest('base64');
const secrets = { primary: 'whsec_Y2xvdWRiZWxsLXZlY3Rvci1zZWNyZXQtMDAwMDAx', previous: null };

const rule: Rule = {
  account: '12',
  ruleId: 'r1',
  version: 1,
  ruleName: 'Basic monitoring-ECS-memory usage',
  enabled: true,
  namespace: 'acs_ecs_dashboard',
  metricName: 'Host.mem.usedutilization',
  resources: [],
  period: 60,
  escalations: {},
  webhook: 'http://127.0.0.1:9099/hook',
  callbackProfile: null,
  contactGroups: [],
  silenceTime: 86400,
  sendOk: true,
  grace: 10,
  effectiveInterval: '00:00-23:59',
  noDataPolicy: 'KEEP_LAST_STATE',
  noDataPeriods: null,
  labels: {},
};
const alert: Alert = {
  alertId: 'a1',
  account: '12',
  ruleId: 'r1',
  ruleVersion: 1,
  namespace: 'acs_ecs_dashboard',
  metricName: 'Host.mem.usedutilization',
  dimensions: { instanceId: 'i-12', userId: '12', disk: '/dev/sda1' },
  instanceName: null,
  state: 'ALERT',
  level: 'WARN',
  since: 1_508_136_760_000,
  triggeredAt: 1_508_136_760_000,
  transId: 'db5f2204-00ae-81ee-a24f-00163e000000',
  counters: { WARN: 3 },
  emptyWindows: 0,
  notifiedLevel: 'WARN',
  preTriggerLevel: null,
  notifiedAt: null,
  value: 97.39,
};
const intent: NotificationIntent = {
  reason: 'transition',
  alertState: 'ALERT',
  triggerLevel: 'WARN',
  preTriggerLevel: null,
  curValue: 97.39,
  expression: '$Average>=95',
  transId: alert.transId,
  timestamp: 1_508_136_760_500,
  lastTimeMs: 125_000,
  rule,
};
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const render = (
  profile: 'classic' | 'extended' | 'json',
  changes: { alert?: Partial<Alert>; intent?: Partial<NotificationIntent>; rule?: Partial<Rule> } = {},
) =>
  renderCallback(
    {
      profile,
      secrets,
      alert: { ...alert, ...changes.alert },
      intent: { ...intent, rule: { ...rule, ...changes.rule }, ...changes.intent },
    },
    hmacBase64,
  );
const fieldsOf = (...of: Parameters<typeof render>): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text(render(...of).body)));

it('classic is the documented sample, name for name', () => {
  const { body, contentType } = render('classic');
  expect(contentType).toBe('application/x-www-form-urlencoded; charset=UTF-8');
  const { signature, ...unsigned } = Object.fromEntries(new URLSearchParams(text(body)));
  expect([...new URLSearchParams(text(body)).keys()]).toEqual(CLASSIC_NAMES);
  expect(signature).toMatch(/^[\w+/]{27}=$/);
  expect(unsigned).toEqual({
    expression: '$Average>=95',
    metricName: 'Host.mem.usedutilization',
    instanceName: 'i-12',
    metricProject: 'acs_ecs',
    userId: '12',
    curValue: '97.39',
    alertName: 'Basic monitoring-ECS-memory usage',
    namespace: 'acs_ecs',
    triggerLevel: 'WARN',
    alertState: 'ALERT',
    preTriggerLevel: 'null',
    ruleId: 'r1',
    dimensions: '{userId=12, disk=/dev/sda1, instanceId=i-12}',
    timestamp: '1508136760',
  });
});

it('extended is 23 fields in ms, `null` for what is missing', () => {
  const fields = fieldsOf('extended');
  expect(Object.keys(fields)).toEqual([...CLASSIC_NAMES, ...EXTENDED_ONLY_NAMES]);
  expect(Object.keys(fields)).toHaveLength(23);
  expect(fields).toMatchObject({
    namespace: 'acs_ecs_dashboard',
    metricProject: 'acs_ecs',
    timestamp: '1508136760500',
    rawMetricName: 'Host.mem.usedutilization',
    transId: 'db5f2204-00ae-81ee-a24f-00163e000000',
    lastTime: '2 minutes',
    groupId: 'null',
    productGroupName: 'null',
    unit: 'null',
    regionId: 'null',
    regionName: 'null',
  });
  expect(fieldsOf('extended', { rule: { labels: { team: 'web', tier: '1' } } }).customLabels).toBe(
    '{team=web, tier=1}',
  );
});

it('json is the extended fields, typed and unsigned', () => {
  const { body, contentType } = render('json', { rule: { labels: { team: 'web' } } });
  expect(contentType).toBe('application/json');
  expect(JSON.parse(text(body))).toEqual({
    expression: '$Average>=95',
    metricName: 'Host.mem.usedutilization',
    instanceName: 'i-12',
    metricProject: 'acs_ecs',
    userId: '12',
    curValue: 97.39,
    alertName: 'Basic monitoring-ECS-memory usage',
    namespace: 'acs_ecs_dashboard',
    triggerLevel: 'WARN',
    alertState: 'ALERT',
    preTriggerLevel: null,
    ruleId: 'r1',
    dimensions: { userId: '12', disk: '/dev/sda1', instanceId: 'i-12' },
    timestamp: 1_508_136_760_500,
    rawMetricName: 'Host.mem.usedutilization',
    transId: 'db5f2204-00ae-81ee-a24f-00163e000000',
    groupId: null,
    productGroupName: null,
    lastTime: '2 minutes',
    unit: null,
    regionId: null,
    regionName: null,
    customLabels: { team: 'web' },
  });
});

it('json keeps a text that reads "null" apart from a missing one', () => {
  const parsed = JSON.parse(text(render('json', { alert: { instanceName: 'null' }, intent: { curValue: null } }).body));
  expect(parsed).toMatchObject({ instanceName: 'null', curValue: null });
});

const cases: [string, Parameters<typeof render>[1], string, string][] = [
  ['no value decided', { intent: { curValue: null } }, 'curValue', 'null'],
  ['a tiny value', { intent: { curValue: 1e-7 } }, 'curValue', '0.0000001'],
  ['negative zero', { intent: { curValue: -0 } }, 'curValue', '0'],
  ['a huge value', { intent: { curValue: 1.5e21 } }, 'curValue', '1500000000000000000000'],
  [
    'recovery',
    { intent: { triggerLevel: 'OK', alertState: 'OK', preTriggerLevel: 'WARN' } },
    'preTriggerLevel',
    'WARN',
  ],
  ['recovery', { intent: { triggerLevel: 'OK', alertState: 'OK', preTriggerLevel: 'WARN' } }, 'triggerLevel', 'OK'],
  ['the sample named its instance', { alert: { instanceName: 'web-01' } }, 'instanceName', 'web-01'],
  ['a dimension names it', { alert: { dimensions: { instance: 'x', instanceName: 'y' } } }, 'instanceName', 'y'],
  ['instance before instanceId', { alert: { dimensions: { instanceId: 'x', instance: 'y' } } }, 'instanceName', 'y'],
  ['nothing names it', { alert: { dimensions: { disk: 'sda' } } }, 'instanceName', 'null'],
  ['no dimensions', { alert: { dimensions: {} } }, 'dimensions', '{}'],
  ['a lone surrogate', { rule: { ruleName: 'a\ud800b' } }, 'alertName', 'a\ufffdb'],
  ['no expression', { intent: { expression: null } }, 'expression', 'null'],
];
it.each(cases)('%s: %#', (_case, changes, name, value) => {
  expect(fieldsOf('classic', changes)[name]).toBe(value);
});

it.each(['classic', 'extended', 'json'] as const)('%s is recognised and verified by its receiver', (profile) => {
  const { body, contentType } = render(profile, { rule: { ruleName: '内存 a+b & \udc00' } });
  const verified = verifyCallback({ contentType, headers: {}, body }, secrets, 0, hmacBase64);
  expect(verified).toMatchObject({
    profile,
    formSignature: profile === 'json' ? 'absent' : 'valid',
    webhookSignature: 'absent',
    problems: [],
  });
  expect(verified.fields.alertName).toBe('内存 a+b & \ufffd');
});

it('while rotating, the primary signs, and a receiver accepts both', () => {
  const { body, contentType } = render('classic');
  const rotated = { primary: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', previous: secrets.primary };
  const judge = (of: { primary: string; previous: string | null } | null) =>
    verifyCallback({ contentType, headers: {}, body }, of, 0, hmacBase64).formSignature;
  expect(judge(rotated)).toBe('valid');
  expect(judge({ ...rotated, previous: null })).toBe('invalid');
  expect(judge(null)).toBe('unchecked');
});

it('maps the namespaces of the vendor table and no other', () => {
  expect(callbackNamespace('acs_redis_dashboard')).toBe('acs_kvstore');
  expect(callbackNamespace('acs_mns_new')).toBe('acs_mns');
  expect(callbackNamespace('acs_custom_1')).toBe('acs_custom_1');
  expect(callbackNamespace('constructor')).toBe('constructor');
});
