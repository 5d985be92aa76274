import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudbellError } from '../base/errors.ts';
import { type Fixture, openFixture, RULE } from './api-fixture.contract.ts';

let api: Fixture;
beforeAll(async () => {
  api = await openFixture({ rulesPerAccountMax: 30 });
});
afterAll(() => api.close());

const put = (ruleId: string, body: unknown, headers: Record<string, string> = {}) =>
  api.ask({ method: 'PUT', url: `/api/v1/rules/${ruleId}`, body, headers });
const get = (ruleId: string) => api.ask({ url: `/api/v1/rules/${ruleId}` });
const rulesInLog = async (ruleId: string) =>
  (await api.logged()).flatMap((record) => (record.kind === 'rule' && record.ruleId === ruleId ? [record] : []));

test('PUT creates with 201, replaces with 200, and both are in the log when it answers', async () => {
  const created = await put('made', RULE);
  expect([created.statusCode, created.headers.etag, created.json().version]).toEqual([201, '"1"', 1]);
  expect(created.json()).toMatchObject({ ruleId: 'made', grace: 10, silenceTime: 86_400, sendOk: true, warnings: [] });
  expect((await rulesInLog('made')).map((record) => record.version)).toEqual([1]);
  const replaced = await put('made', { ...RULE, period: 30 });
  expect([replaced.statusCode, replaced.headers.etag, replaced.json().period]).toEqual([200, '"2"', 30]);
  expect((await rulesInLog('made')).map((record) => record.version)).toEqual([1, 2]);
  expect((await get('made')).json()).toEqual(replaced.json());
});

test('what was read can be written back; an equal PUT makes no version', async () => {
  await put('same', RULE);
  const read = (await get('same')).json();
  const again = await put('same', read);
  expect([again.statusCode, again.headers.etag]).toEqual([200, '"1"']);
});

test('an equal PUT answers when the change before it is in the log, however many others wait there', async () => {
  const own = await openFixture();
  const refusal = new CloudbellError('log_unavailable', { message: 'the disk is full' });
  const write = () => own.ask({ method: 'PUT', url: '/api/v1/rules/late', body: RULE });
  for (let i = 0; i < 1000; i++) await own.store.rules.enqueue({ kind: 'dismiss', alertId: `a${i}`, by: 'admin' });
  own.state.refusal = refusal;
  const answers = [await write(), await write()];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503]);
  own.state.refusal = null;
  await own.close();
});

test('a rule that is bad changes nothing', async () => {
  await put('kept', RULE);
  const bad: [object, string, string][] = [
    [{ ...RULE, period: 0 }, 'rule_period_invalid', 'period'],
    [{ ...RULE, webhook: 'ftp://x' }, 'callback_url_scheme', 'webhook'],
    [{ ...RULE, webhook: 'http://u:p@a.example/' }, 'callback_url_credentials', 'webhook'],
    [{ ...RULE, webhook: 'http://169.254.169.254/' }, 'callback_address_forbidden', 'webhook'],
    [
      { ...RULE, escalations: { warn: { ...RULE.escalations.warn, times: undefined } } },
      'rule_escalation_incomplete',
      'escalations.warn.times',
    ],
    [
      { ...RULE, escalations: { warn: { ...RULE.escalations.warn, comparisonOperator: '>>' } } },
      'rule_operator_unknown',
      'escalations.warn.comparisonOperator',
    ],
  ];
  for (const [body, code, field] of bad) {
    const answer = await put('kept', body);
    expect([answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([400, code, field]);
    expect(answer.json().error.hint).toMatch(/.{6}/);
  }
  expect((await get('kept')).headers.etag).toBe('"1"');
  expect(await rulesInLog('kept')).toHaveLength(1);
});

test('names and dimensions of a rule may be as long as those of samples in this deployment', async () => {
  const nameLimits = { nameBytesMax: 300, dimensionsMax: 1, dimensionValueBytesMax: 1024 };
  const own = await openFixture({ settings: { nameLimits } });
  const codeOf = async (change: object) => {
    const answer = await own.ask({ method: 'PUT', url: '/api/v1/rules/names', body: { ...RULE, ...change } });
    return answer.json().error?.code ?? answer.statusCode;
  };
  expect(await codeOf({ metricName: 'n'.repeat(300) })).toBe(201);
  expect(await codeOf({ metricName: 'n'.repeat(301) })).toBe('rule_field_invalid');
  expect(await codeOf({ resources: [{ a: '1', b: '2' }] })).toBe('rule_resources_invalid');
  await own.close();
});

test('several faults are all told, the first stands for them', async () => {
  const { error } = (await put('kept', { ...RULE, period: 0, colour: 'red' })).json();
  expect(error.code).toBe('rule_period_invalid');
  expect(error.problems.map((problem: { code: string }) => problem.code)).toEqual([
    'rule_period_invalid',
    'rule_field_unknown',
  ]);
});

test('a body that is no rule', async () => {
  expect((await put('kept', undefined)).json().error.code).toBe('body_invalid');
  expect((await put('kept', '{"period":')).json().error.code).toBe('body_malformed');
  expect((await put('kept', 'period: 60', { 'content-type': 'text/yaml' })).json().error.code).toBe(
    'body_type_unsupported',
  );
});

test('contact groups are stored, with a warning each', async () => {
  const answer = (await put('groups', { ...RULE, contactGroups: ['ops', 'dev'] })).json();
  expect(answer.contactGroups).toEqual(['ops', 'dev']);
  expect(answer.warnings.map((each: { code: string; field: string }) => [each.code, each.field])).toEqual([
    ['contact_group_unknown', 'contactGroups[0]'],
    ['contact_group_unknown', 'contactGroups[1]'],
  ]);
  expect((await get('groups')).json().warnings).toHaveLength(2);
});

test('conditions: each refusal is 412 and names the present version', async () => {
  await put('cond', RULE);
  await put('cond', { ...RULE, period: 30 });
  const other = { ...RULE, period: 15 };
  const refusals: [string, Record<string, string>, number | null][] = [
    ['cond', { 'if-match': '"1"' }, 2],
    ['cond', { 'if-none-match': '*' }, 2],
    ['nothing', { 'if-match': '"1"' }, null],
    ['nothing', { 'if-match': '*' }, null],
  ];
  for (const [ruleId, headers, currentVersion] of refusals) {
    const answer = await put(ruleId, other, headers);
    expect([answer.statusCode, answer.json().error.code, answer.json().error.currentVersion]).toEqual([
      412,
      'rule_version_mismatch',
      currentVersion,
    ]);
    expect(answer.headers.etag).toBe(currentVersion === null ? undefined : `"${currentVersion}"`);
  }
  expect((await get('cond')).json().period).toBe(30);
  expect((await put('cond', other, { 'if-match': '"2"' })).statusCode).toBe(200);
  expect((await put('cond', { ...RULE, period: 5 }, { 'if-match': '*' })).statusCode).toBe(200);
  expect((await put('cond', { ...RULE, period: 6 }, { 'if-match': '4' })).statusCode).toBe(200);
  expect((await put('new', RULE, { 'if-none-match': '*' })).statusCode).toBe(201);
  for (const headers of [
    { 'if-match': 'W/"5"' },
    { 'if-match': '"5", "6"' },
    { 'if-none-match': '"5"' },
    { 'if-match': '*', 'if-none-match': '*' },
  ]) {
    const answer = await put('cond', RULE, headers as Record<string, string>);
    expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'condition_invalid']);
  }
});

test('enable and disable are versions; doing it twice is not', async () => {
  await put('toggled', RULE);
  const post = (what: string) => api.ask({ method: 'POST', url: `/api/v1/rules/toggled/${what}` });
  expect((await post('disable?close=notify')).json()).toMatchObject({ enabled: false, version: 2 });
  expect((await rulesInLog('toggled')).at(-1)).toMatchObject({ closeNotify: true, version: 2 });
  expect((await post('disable')).json()).toMatchObject({ enabled: false, version: 2 });
  expect((await post('enable')).json()).toMatchObject({ enabled: true, version: 3 });
  expect((await post('disable?close=yes')).json().error).toMatchObject({ code: 'query_invalid', field: 'close' });
});

test('DELETE answers 204, the log knows, the rule is gone', async () => {
  await put('gone', RULE);
  const remove = (headers: Record<string, string> = {}) =>
    api.ask({ method: 'DELETE', url: '/api/v1/rules/gone?close=notify', headers });
  expect((await remove({ 'if-match': '"7"' })).statusCode).toBe(412);
  const answer = await remove({ 'if-match': '"1"' });
  expect([answer.statusCode, answer.body]).toEqual([204, '']);
  expect((await rulesInLog('gone')).at(-1)).toMatchObject({ rule: null, closeNotify: true });
  expect((await get('gone')).json().error.code).toBe('rule_not_found');
  expect((await remove()).statusCode).toBe(404);
});

test('while the log refuses, the writer is told 503; the same PUT again carries the change through', async () => {
  api.state.refusal = new CloudbellError('log_unavailable', { message: 'the disk is full' });
  const refused = await put('later', RULE);
  expect([refused.statusCode, refused.json().error.code, refused.headers['retry-after']]).toEqual([
    503,
    'log_unavailable',
    '1',
  ]);
  expect((await put('later', RULE)).statusCode).toBe(503);
  api.state.refusal = null;
  expect((await put('later', RULE)).statusCode).toBe(200);
  expect(await rulesInLog('later')).toHaveLength(1);
});

test('ids may hold what must be encoded', async () => {
  const ruleId = 'applyTemplate/ee14 7e59-****é';
  const url = `/api/v1/rules/${encodeURIComponent(ruleId)}`;
  expect((await api.ask({ method: 'PUT', url, body: RULE })).json().ruleId).toBe(ruleId);
  expect((await api.ask({ url })).json().ruleId).toBe(ruleId);
  expect((await api.ask({ url: '/api/v1/rules/%ff' })).json().error.code).toBe('request_malformed');
  expect((await put('r'.repeat(256), RULE)).json().error.code).toBe('rule_id_invalid');
});

test('the list goes on where the page before ended, and says when a cursor or parameter is not its own', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = (await api.ask({ url: `/api/v1/rules?limit=2${cursor}` })).json();
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map((rule: { ruleId: string }) => rule.ruleId));
    cursor = page.next === null ? '' : `&cursor=${page.next}`;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toContain('made');
  expect((await api.ask({ url: '/api/v1/rules?limit=1000' })).json()).toMatchObject({
    next: null,
    items: { length: seen.length },
  });
  const bad: [string, string, string][] = [
    ['cursor=rubbish', 'cursor_invalid', 'cursor'],
    ['limit=0', 'query_invalid', 'limit'],
    ['limit=1001', 'query_invalid', 'limit'],
    ['limit=ten', 'query_invalid', 'limit'],
    ['limit=1&limit=2', 'query_invalid', 'limit'],
    ['metric=x', 'query_invalid', 'metric'],
  ];
  for (const [query, code, field] of bad) {
    const answer = await api.ask({ url: `/api/v1/rules?${query}` });
    expect([query, answer.statusCode, answer.json().error.code, answer.json().error.field]).toEqual([
      query,
      400,
      code,
      field,
    ]);
  }
});

test('the rule limit refuses new rules, not changes, and is counted', async () => {
  let refused = await put('fill-0', RULE);
  for (let i = 1; refused.statusCode === 201; i++) refused = await put(`fill-${i}`, RULE);
  expect([refused.statusCode, refused.json().error.code]).toEqual([409, 'rule_limit_reached']);
  expect((await put('made', { ...RULE, period: 77 })).statusCode).toBe(200);
  expect((await api.ask({ url: '/metrics' })).body).toContain(
    'cloudbell_limit_hits_total{limit="rules_per_account"} 1\n',
  );
});
