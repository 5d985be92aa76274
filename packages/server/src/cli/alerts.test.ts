import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { again, delivered } from '../ports/outbox-bench.contract.ts';
import { NOW, newAlert, newEffect, newIntent, newRule } from '../ports/store-fixtures.contract.ts';
import { type ApiProcess, openApiProcess } from './api-process.contract.ts';

/** At 03:12 in the night: what fires, what was sent, and quiet, from one terminal. */
let api: ApiProcess;
beforeAll(async () => {
  api = await openApiProcess();
  await api.putRule('web-memory');
  const alert = (id: string, minutes: number, fields = {}) =>
    newAlert(id, { ruleId: 'web-memory', since: NOW - minutes * 60_000, ...fields });
  const silent = { notification: null, suppressed: 'no_endpoint' as const };
  await api.api.commit([
    newEffect('a1', {
      alert: alert('a1', 12, { dimensions: { instanceId: 'i-12' }, instanceName: 'web\u001b[2J' }),
      notification: newIntent({ rule: { ...newRule('web-memory'), version: 1 } }),
    }),
    newEffect('a2', { alert: alert('a2', 3, { level: 'CRITICAL', value: 99.5 }), ...silent }),
    newEffect('a3', { alert: alert('a3', 90, { level: 'CRITICAL' }), ...silent }),
    newEffect('a4', { alert: alert('a4', 1, { state: 'OK', level: 'OK' }), ...silent }),
    newEffect('a5', { alert: alert('a5', 1, { state: 'INSUFFICIENT_DATA', level: 'OK', value: null }), ...silent }),
  ]);
});
afterAll(() => api.close());
const run = (line: string, changes = {}) => api.run(line.split(' '), changes);

describe('alerts list', () => {
  test('what fires, the worst first, and of these the newest', async () => {
    expect((await run('alerts list')).out).toBe(
      `LEVEL     SINCE                FOR         RULE        VALUE  RESOURCE                    KNOWN BY  ID
CRITICAL  2023-11-14 22:10:20  3 min       web-memory  99.5   userId=12 instanceId=a2     –         a2
CRITICAL  2023-11-14 20:43:20  1 h 30 min  web-memory  97.39  userId=12 instanceId=a3     –         a3
WARN      2023-11-14 22:01:20  12 min      web-memory  97.39  web\\x1b[2J instanceId=i-12  –         a1
`,
    );
  });
  test.each([
    ['--state any', 5],
    ['--state OK', 1],
    ['--state INSUFFICIENT_DATA', 1],
    ['--rule nobody', 0],
    ['--rule web-memory', 3],
  ])('%s --json', async (flags, count) => {
    expect(JSON.parse((await run(`alerts list ${flags} --json`)).out)).toHaveLength(count);
  });
  test('colours only where somebody looks, and there no line is longer than the terminal', async () => {
    expect((await run('alerts list')).out).not.toContain('\u001b');
    const { out } = await run('alerts list', { colour: true, columns: 96 });
    expect(out).toContain('\u001b[31mCRITICAL\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out.
    for (const line of out.replaceAll(/\u001b\[\d+m/g, '').split('\n')) expect(line.length).toBeLessThanOrEqual(96);
  });
});

describe('silences', () => {
  test('added, listed, ended', async () => {
    const added = await run('silences add --rule web-memory --for 1h30m --why disk-swap');
    expect(added.code).toBe(0);
    const [, silenceId] = /silences end (\w+) ends it before/.exec(added.out) as unknown as [string, string];
    expect(added.out).toMatch(/^Silenced rule web-memory until 2023-11-14 23:43:20\.\n/);
    expect((await run('silences list')).out).toBe(
      `STATE   UNTIL                LEFT        WHAT             WHO    WHY        ID
active  2023-11-14 23:43:20  1 h 30 min  rule web-memory  key-1  disk-swap  ${silenceId}
`,
    );
    expect(await run(`silences end ${silenceId}`)).toMatchObject({ code: 0, err: '' });
    expect((await run('silences list')).out).toBe('Nothing is silenced. --all shows what was.\n');
    expect((await run('silences list --all')).out).toContain('past');
  });
  test('by dimensions, also of what is still to come', async () => {
    const { out } = await run('silences add -d instanceId=i-99 -d userId=1 --for 10m --json');
    expect(JSON.parse(out)).toMatchObject({ by: { dimensions: { instanceId: 'i-99', userId: '1' } }, why: '' });
  });
});

describe('deliveries', () => {
  const idOf = async (): Promise<string> => JSON.parse((await run('deliveries list --json')).out)[0].deliveryId;

  test('listed, shown, and sent again once they are settled', async () => {
    const id = await idOf();
    const listed = await run('deliveries list');
    expect(listed.out.split('\n')[0]).toMatch(/^MADE +STATE +LEVEL +RULE +TRIES +CHANNEL +ENDPOINT +ID$/);
    expect(listed.out).toContain(id);
    expect(await run(`deliveries replay ${id}`)).toMatchObject({
      code: 1,
      out: 'Nothing is sent again.\n',
      err: `${id}: The delivery is still on its way. Wait until it is delivered, exhausted or cancelled.\n`,
    });
    await api.settle((claimed) => again(claimed, 'timeout', NOW + 1000), NOW);
    const shown = (await run(`deliveries show ${id}`)).out;
    expect(shown).toMatch(/^state +pending$/m);
    expect(shown).toMatch(/^next try +2023-11-14 22:13:21$/m);
    expect(shown).toMatch(/^1 +2023-11-14 22:13:20 +timeout +– +12 +it was timeout$/m);
    expect(shown).toContain('curValue=97.39');
    await api.settle(delivered, NOW + 1000);
    const replayed = await run(`deliveries replay ${id}`);
    expect(replayed).toMatchObject({ code: 0, err: '' });
    expect(replayed.out).toBe(`1 due now; cloudbell deliveries show ${id} tells how it went.\n`);
    expect((await run(`deliveries show ${id}`)).out).toMatch(/^state +pending, replayed$/m);
  });

  test.each([
    ['--status delivered', 0],
    ['--rule web-memory', 1],
    ['--rule nobody', 0],
    ['--since 1h', 1],
    ['--limit 1', 1],
  ])('list %s', async (flags, count) => {
    const { out } = await run(`deliveries list ${flags}`);
    expect(out.split('\n').length - 2).toBe(count);
    if (count === 0) expect(out).toBe('No such deliveries.\n');
  });
});

test.each([
  ['alerts', 2, 'alerts needs a verb: list'],
  ['alerts list --state FIRING', 2, '--state: "FIRING" is none of'],
  ['silences add --for 1h', 2, 'silences add needs one of --rule ID, --alert ID and --dimension name=value'],
  ['silences add --rule a --alert b --for 1h', 2, 'silences add needs one of'],
  ['silences add --rule web-memory', 2, 'silences add needs --for: how long, as 1h'],
  ['silences add --rule web-memory --for 60', 2, '--for: "60" is not a duration like'],
  ['silences add -d instanceId --for 1h', 2, '--dimension: "instanceId" is not name=value'],
  ['silences add --rule gone --for 1h', 1, 'There is no rule with this id.'],
  ['silences add --rule web-memory --for 400d', 1, 'Until is more than 366 days ahead.'],
  ['silences end none', 1, 'There is no silence with this id.'],
  ['deliveries list --status lost', 2, '--status: "lost" is none of pending, sending, delivered'],
  ['deliveries list --since yesterday', 2, '--since: "yesterday" is not a duration like'],
  ['deliveries list --limit 0', 2, '--limit: "0" is not a number from 1'],
  ['deliveries show none', 1, 'There is no delivery with this id.'],
  ['deliveries replay', 2, 'usage: cloudbell deliveries replay ID'],
])('%s: exit code %i', async (line, code, want) => {
  const result = await run(line);
  expect(result.err).toContain(`cloudbell: ${want}`);
  expect(result).toMatchObject({ code, out: '' });
});
