import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '@cloudbell/core/alert/log-record.ts';
import { errorAnswer } from '@cloudbell/core/contract/error-answer.ts';
import type { Operation } from '@cloudbell/core/contract/operation.ts';
import { OPERATIONS } from '@cloudbell/core/contract/operations.ts';
import type { Role } from '@cloudbell/core/contract/role.ts';
import type { TestSend, TestSendReport } from '@cloudbell/core/notify/test-send.ts';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { openHistoryRoom } from '../app/rooms/history-room.ts';
import { createAddressPolicy } from '../base/address-policy.ts';
import { checkCallbackUrl } from '../base/callback-url.ts';
import type { CloudbellError } from '../base/errors.ts';
import { seededRandom } from '../base/random.ts';
import { SimulatedClock } from '../base/simulated-clock.ts';
import { createIngest, type Ingest } from '../ingest/sample-intake.ts';
import type { CourierPort, CourierStatus } from '../ports/courier.ts';
import type { EvaluationStatus, LogWriter } from '../ports/log-writer.ts';
import { ACCOUNT, expandToWebhook, NOW, newCommitter } from '../ports/store-fixtures.contract.ts';
import { openSqliteSampleLog } from '../samplelog/sqlite/log.ts';
import { openSqliteReader, openSqliteStore, STORE_FILE } from '../store/sqlite/store.ts';
import type { ApiDeps, ApiSettings } from './deps.ts';
import { DEFAULT_API_SETTINGS } from './deps.ts';
import { hashSecret } from './secret-hash.ts';
import { buildApi } from './server.ts';
import { createSignInLinks } from './sign-in-links.ts';

export const KEY = { id: 'key-1', secret: 'pa:ss wörd' };
export const PASSWORD = 'the password of everybody';
export const BASIC = `Basic ${Buffer.from(`${KEY.id}:${KEY.secret}`).toString('base64')}`;
export const RULE = {
  ruleName: 'Basic monitoring-ECS-memory usage',
  namespace: 'acs_ecs',
  metricName: 'Host.mem.usedutilization',
  period: 60,
  escalations: {
    warn: { statistics: 'Average', comparisonOperator: 'GreaterThanOrEqualToThreshold', threshold: 95, times: 3 },
  },
  webhook: 'http://127.0.0.1:9099/hook',
};

/** A hash says what it cost: these are checked in no time, where the product's take a fifth of a second. */
const CHEAP = { N: 16, r: 8, p: 1 };
const KEY_HASH = hashSecret(KEY.secret, seededRandom(2), CHEAP);
const PASSWORD_HASH = hashSecret(PASSWORD, seededRandom(3), CHEAP);

const EVALUATION: EvaluationStatus = {
  foldLagMs: 0,
  backlog: 0,
  position: '0',
  committedPosition: '0',
  series: 0,
  pairs: 0,
  openWindows: 0,
  evaluations: 0,
  samples: 0,
  lateSamples: 0,
  duplicateSamples: 0,
  unwatchedSamples: 0,
  transitions: 0,
  gaps: 0,
  clockSteps: 0,
  appendMs: 0,
  commitMs: 0,
  refusing: null,
};
const TEST_REPORT: TestSendReport = {
  result: {
    ...{ outcome: 'accepted', startedAt: NOW, durationMs: 3, status: 200 },
    error: null,
    answer: 'ok',
    retryAfterMs: null,
  },
  sent: { head: 'POST /hook HTTP/1.1', body: 'a=b', bytes: 26 },
  signed: [],
};
const COURIER: CourierStatus = {
  inFlight: 0,
  unsettled: 0,
  outboxFailures: 0,
  delivered: 3,
  exhausted: 1,
  outcomes: { accepted: 3, timeout: 4 },
  latency: { boundsMs: [5, 25], counts: [1, 1, 1], sumMs: 120 },
  endpoints: [],
  interruptedBefore: 2,
  eventLoopDelayMs: 3,
};

export type Fixture = Awaited<ReturnType<typeof openFixture>>;

/**
 * The API over the real store, sample log, history and ingest, in this thread. What stands in for the rooms
 * beside it can be told how they fare: `evaluation`, `courier` and `refusal`.
 */
export async function openFixture(
  options: {
    settings?: Partial<ApiSettings>;
    rulesPerAccountMax?: number;
    silencesPerAccountMax?: number;
    contactsPerAccountMax?: number;
    batchSamplesMax?: number;
    plugins?: ApiDeps['plugins'];
  } = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cloudbell-api-'));
  const clock = new SimulatedClock(NOW);
  const random = seededRandom(1);
  const store = openSqliteStore({
    expandEvent: () => [],
    dataDir,
    expand: expandToWebhook,
    limits: {
      rulesPerAccountMax: options.rulesPerAccountMax ?? 100,
      silencesPerAccountMax: options.silencesPerAccountMax,
      contactsPerAccountMax: options.contactsPerAccountMax,
    },
    clock,
  });
  const reader = openSqliteReader({ path: join(dataDir, STORE_FILE) });
  const log = openSqliteSampleLog({ path: join(dataDir, 'log.db') });
  const history = await openHistoryRoom(
    { dataDir, partitions: 1, retention: HISTORY_RETENTION, logLevel: 'silent' },
    { clock, retention: { keepFrom: async () => undefined } },
  );
  const state = {
    evaluation: EVALUATION,
    courier: COURIER,
    refusal: null as CloudbellError | null,
    wakes: 0,
    isStuck: false,
    /** How often the courier was told that endpoint settings were written. */
    settingsChanges: 0,
    /** What was asked to be sent as a test, and what came of it. */
    tests: [] as TestSend[],
    testReport: TEST_REPORT,
  };

  const append = async (partition: number, records: readonly LogRecord[]) => {
    if (state.refusal !== null) throw state.refusal;
    return log.append(partition, { time: clock.wallMs(), skew: 0, records });
  };
  const writer: Pick<LogWriter, 'appendSamples' | 'expire' | 'series' | 'status'> = {
    expire: async () => [],
    appendSamples: async (partition, { series, samples }) => {
      await append(partition, [...(series.length > 0 ? [{ kind: 'series' as const, series }] : []), samples]);
    },
    series: (partition, fromId, limit) => log.series(partition, fromId, limit),
    status: () => (state.isStuck ? new Promise(() => undefined) : Promise.resolve(state.evaluation)),
  };
  const changes = {
    flush: async (changeId: number) => {
      const pending = (await store.rules.pendingChanges(1000)).filter(({ id }) => id <= changeId);
      if (pending.length > 0)
        await append(
          0,
          pending.map(({ record }) => record),
        );
      await store.rules.settleChanges(changeId);
    },
  };
  const courier: CourierPort = {
    wake: async () => {
      state.wakes += 1;
    },
    status: async () => state.courier,
    beat: async () => state.testReport.result,
    settingsChanged: async () => {
      state.settingsChanges += 1;
    },
    testSend: async (test) => {
      state.tests.push(test);
      return state.testReport;
    },
  };
  const ingest: Ingest = createIngest({
    writer,
    clock,
    partitions: 1,
    limits: { ...INTAKE, batchSamplesMax: options.batchSamplesMax ?? 10_000 },
  });
  await store.identity.putAccessKey({
    ...{ accessKeyId: KEY.id, account: ACCOUNT, name: 'fixture', role: 'admin', isBootstrap: true },
    ...{ secretHash: await KEY_HASH, createdAt: NOW, lastUsedAt: null },
  });
  const putUser = async (name: string, role: Role): Promise<void> => {
    const passwordHash = await PASSWORD_HASH;
    const put = { account: ACCOUNT, name, role, enabled: null, passwordHash, onlyNew: true, keepSession: null };
    await store.users.putUser(put, NOW);
  };
  await putUser('admin', 'admin');
  const signInLinks = createSignInLinks({ clock, random });
  const app = buildApi({
    ...store,
    reader,
    changes,
    courier,
    writer,
    ingest,
    history: history.history,
    signInLinks,
    clock,
    random,
    logger: pino({ level: 'silent' }),
    checkWebhook: (url) => checkCallbackUrl(url, POLICY),
    settings: { ...DEFAULT_API_SETTINGS, version: '1.2.3', ...options.settings },
    plugins: options.plugins ?? [],
  });
  await app.ready();
  return {
    app,
    store,
    clock,
    state,
    signInLinks,
    putUser,
    /** Signs a user in by link; the cookie, and what a page of this site sends along with changes. */
    signIn: async (user: string) => {
      const answer = await app.inject({ url: signInLinks.issue({ account: ACCOUNT, user }) });
      const cookie = String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
      return { cookie, host: 'bell.example', origin: 'http://bell.example', 'x-cloudbell-csrf': '1' };
    },
    ingest,
    ask: (request: Ask) => ask(app, request),
    commit: await newCommitter(store.commits),
    /** Every record the log holds, oldest first. */
    logged: async () => (await log.read(0, 0n, 1000)).flatMap((entry) => entry.records),
    close: async () => {
      await app.close();
      await reader.close();
      await store.close();
      await history.close();
      await log.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

const HISTORY_RETENTION = { rawMs: 7 * 86_400_000, minuteMs: 31 * 86_400_000, fiveMinutesMs: 91 * 86_400_000 };
const POLICY = createAddressPolicy(['loopback']);
const INTAKE = {
  nameBytesMax: 255,
  dimensionsMax: 64,
  dimensionValueBytesMax: 1024,
  seriesPerAccountMax: 1000,
  errorsMax: 100,
  futureMaxMs: 600_000,
  retentionMs: 7 * 86_400_000,
  samplesUnderWayMax: 500_000,
};

export interface Ask {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** False: no credentials are sent. */
  readonly isKnown?: boolean;
}

/** Asks as a machine does, and holds every answer to the contract: a status it names, in the form it names. */
async function ask(
  app: FastifyInstance,
  { method = 'GET', url, body, headers, isKnown = true }: Ask,
): Promise<LightMyRequestResponse> {
  const request: InjectOptions = { method, url, headers: { ...(isKnown ? { authorization: BASIC } : {}), ...headers } };
  if (body !== undefined) {
    request.payload = typeof body === 'string' ? body : JSON.stringify(body);
    request.headers = { 'content-type': 'application/json', ...request.headers };
  }
  const response = await app.inject(request);
  const operation = operationOf(method, url);
  const answer = operation?.answers[response.statusCode];
  if (response.statusCode >= 400 && answer === undefined) errorAnswer.parse(response.json());
  else if (answer?.schema != null) answer.schema.parse(response.json());
  return response;
}

function operationOf(method: string, url: string): Operation | undefined {
  const path = url.split('?', 1)[0] ?? '';
  return Object.values<Operation>(OPERATIONS)
    .sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')))
    .find(
      (operation) =>
        operation.method === method && new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
}
