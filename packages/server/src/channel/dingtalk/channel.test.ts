import { afterEach, describe, expect, it } from 'vitest';
import { createAddressPolicy } from '../../base/address-policy.ts';
import { systemClock } from '../../base/clock.ts';
import { hmacBase64 } from '../../base/digest.ts';
import type { Channel } from '../../ports/channel.ts';
import { createResolver } from '../http/resolver.ts';
import { deliveryOf, formatUtc, messageOf, PUBLIC_URL } from '../message-fixtures.contract.ts';
import { createDingtalkChannel, type DingtalkChannelOptions, ROBOT_DELIVERIES_MAX } from './channel.ts';
import { ACCESS_TOKEN, OK, Robot } from './robot-fixture.contract.ts';
import { robotSignature, signedUrl } from './sign.ts';

// Goal: a robot that checks as the real one does takes every message, and whatever it answers ends in the right outcome
// with a sentence that says what to do.

const SECRET = 'SECtestsecret0123456789';
const MORE = 'link:请参考 https://open.dingtalk.com/document/ 搜索相关文档;';
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function robot(secret: string | null = SECRET): Promise<Robot> {
  const made = await Robot.open(secret);
  open.push(made);
  return made;
}

function channel(changes: Partial<DingtalkChannelOptions> = {}): Channel {
  const made = createDingtalkChannel({
    clock: systemClock,
    policy: createAddressPolicy(['loopback']),
    resolver: createResolver({ clock: systemClock }),
    secrets: { secretOf: async () => SECRET },
    hmacBase64,
    userAgent: 'Cloudbell/0.0.0',
    publicUrl: PUBLIC_URL,
    formatTime: formatUtc,
    deadlineMs: 50_000,
    ...changes,
  });
  open.push(made);
  return made;
}

const to = (endpoint: string) => ({ channel: 'dingtalk', endpoint }) as const;

describe('the signature', () => {
  it("is that of the vendor's vector", () => {
    const at = { secret: 'SECtestsecret', timestampMs: 1_700_000_000_000 };
    expect(robotSignature(at.secret, at.timestampMs, hmacBase64)).toBe('7LVwF0dAF3/+MRRulbpE4y72Ogzykc6bS2nG4I99T4s=');
    const url = signedUrl(new URL('https://oapi.dingtalk.com/robot/send?access_token=t'), at, hmacBase64);
    expect(url.href).toBe(
      'https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1700000000000&sign=7LVwF0dAF3%2F%2BMRRulbpE4y72Ogzykc6bS2nG4I99T4s%3D',
    );
  });

  it('is asked for at each attempt: a secret that was mended serves the next', async () => {
    const stand = await robot();
    let secret = 'SECwrong0123456';
    const sender = channel({ secrets: { secretOf: async () => secret } });
    expect(await sender.send([deliveryOf(to(stand.webhook))])).toMatchObject({ outcome: 'status', status: 310000 });
    secret = SECRET;
    expect((await sender.send([deliveryOf(to(stand.webhook))])).outcome).toBe('accepted');
  });

  it('is left out for a robot without a secret', async () => {
    const stand = await robot(null);
    const sender = channel({ secrets: { secretOf: async () => null } });
    expect((await sender.send([deliveryOf(to(stand.webhook))])).outcome).toBe('accepted');
  });
});

describe('the message', () => {
  it('says what, where, the value against the threshold, since when, and where to look', async () => {
    const stand = await robot();
    const result = await channel().send([deliveryOf(to(stand.webhook))]);
    expect(result).toMatchObject({
      outcome: 'accepted',
      status: 200,
      error: null,
      answer: '{"errcode":0,"errmsg":"ok"}',
    });
    expect(stand.messages[0]?.title).toBe('[WARN] Basic monitoring-ECS-memory usage');
    expect(stand.messages[0]?.text).toBe(
      [
        '### <font color="#a04a00">WARN</font> Basic monitoring-ECS-memory usage',
        '',
        '- What: Host.mem.usedutilization (acs_ecs)',
        '- Where: web-1',
        '- Resource: userId=1000000000000001, instanceId=i-12',
        '- Value: 97.39 (Average>=95)',
        '- Level: WARN',
        '- Since: 2026-03-04 05:06:07 UTC',
        '- Labels: team=web',
        '',
        '[Open in Cloudbell](https://cloudbell.example.com/alerts/a1b2c3d4e5f60718293a4b5c6d7e8f90)',
        '',
        'Cloudbell',
      ].join('\n'),
    );
  });

  it.each([
    ['short names', 'web', 'memory'],
    ['names of 10 KB', 'w'.repeat(10_000), 'm'.repeat(10_000)],
    ['names of three bytes a character', '内'.repeat(5000), '存'.repeat(5000)],
    ['names that are all quotes', '"\\'.repeat(5000), '<['.repeat(5000)],
  ])('merged, with %s: as many as fit an attempt are all in it, and the robot takes it', async (_, instance, rule) => {
    const stand = await robot();
    const deliveries = Array.from({ length: ROBOT_DELIVERIES_MAX }, (_each, n) =>
      deliveryOf(
        to(stand.webhook),
        messageOf({ alertId: `${'0'.repeat(30)}${10 + n}`, instanceName: `${n}-${instance}`, ruleName: rule }),
      ),
    );
    expect((await channel().send(deliveries)).outcome).toBe('accepted');
    expect(stand.messages).toHaveLength(1);
    expect(stand.messages[0]?.title).toBe('[Cloudbell] 40 notifications: 40 WARN');
    for (const [n, { alertId }] of deliveries.entries()) {
      expect(stand.messages[0]?.text).toContain(`(${PUBLIC_URL}/alerts/${alertId}): ${n}-`);
    }
  });

  it('shows names as they are: no link, image, emphasis or tag of theirs', async () => {
    const stand = await robot();
    await channel().send([
      deliveryOf(
        to(stand.webhook),
        messageOf({ instanceName: '![x](http://evil) **b** <font> `c`\n# h', ruleName: '[r](http://evil)' }),
      ),
    ]);
    const text = stand.messages[0]?.text ?? '';
    expect(text).toContain('- Where: !\\[x\\](http://evil) \\*\\*b\\*\\* &lt;font> \\`c\\` # h');
    expect(text).toContain(' \\[r\\](http://evil)');
  });
});

describe('an answer', () => {
  it.each([
    [0, 'ok', 'accepted', null],
    [-1, 'system busy', 'status', /^DingTalk is busy\. \(errcode -1: system busy\)$/],
    [130101, 'send too fast, exceed 20 times per minute', 'throttled', /takes no more messages for now/],
    [410100, 'send too fast', 'throttled', /takes no more/],
    [90030, 'over limit', 'throttled', /takes no more/],
    [310000, 'keywords not in content', 'status', /Add Cloudbell, which is in every one, to its keywords/],
    [310000, 'sign not match', 'status', /Copy the robot's secret into the contact again/],
    [310000, 'invalid timestamp', 'status', /Check this host's clock/],
    [310000, 'ip 1.2.3.4 not in whitelist', 'status', /1\.2\.3\.4/],
    // As DingTalk says it today.
    [310000, `description:关键词不匹配;solution:请在发送的信息中包含此关键词;${MORE}`, 'status', /to its keywords/],
    [
      310000,
      `description:机器人发送签名不匹配;solution:请确认签名和时间戳;${MORE}`,
      'status',
      /Copy the robot's secret/,
    ],
    [310000, `description:机器人发送签名过期;solution:签名时间和发送时间;${MORE}`, 'status', /Check this host's clock/],
    [
      310000,
      `description:来源IP地址不在白名单;solution:请联系管理员;${MORE}`,
      'status',
      /public address is not on its list/,
    ],
    [310000, 'something new about a script', 'status', /^The security settings of the robot/],
    [300005, 'token is not exist', 'rejected', /There is no robot with this access token.*then replay/],
    [400102, 'bot stopped', 'rejected', /Switch it on/],
    [99999, 'unheard of', 'status', /errcode 99999: unheard of/],
  ] as const)('errcode %i %s: %s', async (errcode, errmsg, outcome, error) => {
    const stand = await robot();
    stand.answer = () => ({ errcode, errmsg });
    const result = await channel().send([deliveryOf(to(stand.webhook))]);
    expect(result.outcome).toBe(outcome);
    expect(result.status).toBe(errcode === 0 ? 200 : errcode);
    expect(result.answer).toContain(String(errcode));
    expect(result.retryAfterMs).toBe(outcome === 'throttled' ? 600_000 : null);
    if (error === null) expect(result.error).toBeNull();
    else expect(result.error).toMatch(error);
  });

  it.each([
    ['its guard against abuse', 200, '{"status":1111,"punish":"deny","wait":5}', 'throttled', 600_000],
    ['429', 429, 'slow down', 'throttled', 600_000],
    ['429 with a time', 429, 'slow down', 'throttled', 90_000],
    ['502 of a proxy', 502, '<html>', 'status', null],
    ['200 that is no JSON', 200, 'welcome to my home page', 'protocol', null],
    ['200 that is some other JSON', 200, '{"hello":"world"}', 'protocol', null],
    ['200 without a body', 200, '', 'protocol', null],
    ['a redirect', 302, '', 'status', null],
  ] as const)('%s', async (what, status, body, outcome, retryAfterMs) => {
    const stand = await robot();
    stand.raw = { status, body, headers: what.includes('time') ? { 'retry-after': '90' } : {} };
    expect(await channel().send([deliveryOf(to(stand.webhook))])).toMatchObject({ outcome, retryAfterMs });
  });

  it('is read even when the ledger keeps none of it', async () => {
    const stand = await robot();
    stand.answer = () => ({ errcode: 130101, errmsg: 'send too fast' });
    const result = await channel({ answerBytesMax: 0 }).send([deliveryOf(to(stand.webhook))]);
    expect(result).toMatchObject({ outcome: 'throttled', answer: '' });
  });

  it('that repeats token and secret: neither is on record', async () => {
    const stand = await robot();
    stand.answer = () => ({ errcode: 310000, errmsg: `sign not match: ${ACCESS_TOKEN} ${SECRET}` });
    const result = await channel().send([deliveryOf(to(stand.webhook))]);
    expect(JSON.stringify(result)).not.toContain(ACCESS_TOKEN);
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(result.error).toContain('***');
  });

  it('that never comes, and a robot that is not there', async () => {
    const refused = await channel().send([deliveryOf(to('http://127.0.0.1:1/robot/send?access_token=x'))]);
    expect(refused.outcome).toBe('refused');
    const forbidden = await channel({ policy: createAddressPolicy([]) }).send([
      deliveryOf(to((await robot()).webhook)),
    ]);
    expect(forbidden.outcome).toBe('forbidden_address');
  });
});

it('a robot that answers again is used over the connection that is open', async () => {
  const stand = await robot();
  stand.answer = (number) => (number === 1 ? { errcode: -1, errmsg: 'system busy' } : OK);
  const sender = channel();
  expect((await sender.send([deliveryOf(to(stand.webhook))])).outcome).toBe('status');
  expect((await sender.send([deliveryOf(to(stand.webhook))])).outcome).toBe('accepted');
});
