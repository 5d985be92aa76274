import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { ApiDeps } from '../api/deps.ts';
import { buildApi } from '../api/server.ts';
import { createSignInLinks } from '../api/sign-in-links.ts';
import { createAddressPolicy } from '../base/address-policy.ts';
import { checkCallbackUrl } from '../base/callback-url.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { CloudbellError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import { ENDPOINTS_MAX } from '../deliver/endpoint-health.ts';
import { createRuleRelay, type RuleRelay } from '../evaluate/rule-relay.ts';
import { createInbox, type InboxOptions } from '../inbox/inbox.ts';
import { createIngest } from '../ingest/sample-intake.ts';
import type { IdentityStore } from '../ports/identity-store.ts';
import type { RuleStore } from '../ports/rule-store.ts';
import { lockDataDir } from '../store/sqlite/lock.ts';
import { openSqliteReader, STORE_FILE } from '../store/sqlite/store.ts';
import { makeFirstAccessKey, type NewAccessKey, storeGivenAccessKey } from './access-key.ts';
import { linkUser, makeFirstUser, type NewUser, storeGivenPassword } from './admin-user.ts';
import { startBeating } from './beating.ts';
import { startCollecting } from './collecting.ts';
import { consolePlugin } from './console-plugin.ts';
import { startExpiring } from './idle-series.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import { createLogger, quieter } from './logger.ts';
import type { CloudbellOptions } from './options-table.ts';
import { startScraping } from './scraping.ts';
import {
  apiSettings,
  historySettings,
  intakeLimits,
  logSettings,
  ownOrigins,
  smtpSettings,
  storeSettings,
  timeZoneOf,
} from './settings.ts';
import { startRooms } from './start-rooms.ts';
import { version } from './version.ts';

/** A Cloudbell that runs. */
export interface Cloudbell {
  /** Where it listens, `http://127.0.0.1:8190`. */
  readonly url: string;
  readonly signInUrl: string;
  /** At the start that made it, null later. */
  readonly newUser: NewUser | null;
  /** Likewise. */
  readonly newAccessKey: NewAccessKey | null;
  /** Of this host's own metrics; null when they are not collected. */
  readonly instanceId: string | null;
  readonly rules: RuleStore;
  readonly changes: Pick<RuleRelay, 'flush'>;
  stop(): ReturnType<Lifecycle['stop']>;
}

export interface CloudbellEvents {
  /** A room is gone; the process should end, a new one recovers. */
  readonly onDeath: (error: Error) => void;
  readonly onReceived?: NonNullable<InboxOptions['onReceived']>;
}

/**
 * The composition root: one straight line from the data folder to the listening port. Each step registers how it is
 * undone; a start that fails half way undoes what it did.
 */
export async function startCloudbell(options: CloudbellOptions, events: CloudbellEvents): Promise<Cloudbell> {
  const lifecycle = createLifecycle();
  try {
    return await assemble(options, events, lifecycle);
  } catch (thrown) {
    await lifecycle.stop();
    throw thrown;
  }
}

async function assemble(options: CloudbellOptions, events: CloudbellEvents, lifecycle: Lifecycle): Promise<Cloudbell> {
  const clock = systemClock;
  const random = systemRandom;
  const { accountId, dataPath, logLevel } = options;
  const logger = createLogger(logLevel, 'main');

  const lock = lockDataDir(dataPath);
  lifecycle.onStop('data folder', lock.release);
  const settings = { store: storeSettings(options), log: logSettings(options), history: historySettings(options) };
  const rooms = await startRooms(settings, lifecycle, events.onDeath);
  const reader = openSqliteReader({ path: join(dataPath, STORE_FILE) });
  lifecycle.onStop('reader', () => reader.close());

  const secrets = await liveSecrets(rooms.identity, options);
  const keyDeps = { identity: rooms.identity, clock, random };
  const keyIsGiven = await storeGivenAccessKey(options, keyDeps);
  const userDeps = { users: rooms.users, clock, random };
  const passwordIsGiven = await storeGivenPassword(options, userDeps);
  const changes = createRuleRelay({ rules: rooms.rules, writer: rooms.writer, logger, clock });
  lifecycle.onStop('rule relay', () => changes.stop());
  const zone = { kind: 'zone', account: accountId, timeZone: timeZoneOf(options) } as const;
  await rooms.rules.enqueue(zone);
  // Not waited for: while the log refuses, this goes on trying, and a Cloudbell that says why is worth more than none.
  void changes.start();

  const secret = random.bytes(4).reduce((word, byte) => (word << 8) | byte, 0);
  const ingest = createIngest({ writer: rooms.writer, clock, partitions: 1, limits: intakeLimits(options), secret });
  await ingest.open();
  const inbox = createInbox({ ...events, secrets: () => secrets, clock, keepMax: options.inboxCallbacksMax });
  const signInLinks = createSignInLinks({ clock, random });
  const policy = () => createAddressPolicy(options.callbackAllow, ownOrigins(options, portOf(api)));
  const deps: Omit<ApiDeps, 'plugins'> = {
    ...rooms,
    ...{ reader, ingest, changes, signInLinks, clock, random },
    logger: quieter(logger),
    checkWebhook: (url) => checkCallbackUrl(url, policy()),
    settings: apiSettings(options),
  };
  const api = buildApi({ ...deps, plugins: [consolePlugin, inbox.receiver, behindAuthentication(inbox.views)] });
  lifecycle.onStop('http', () => closeHttp(api, clock));
  // Once more, so that it comes first: a PUT that waits for the log would else hold up the closing of the port.
  lifecycle.onStop('rule relay', () => changes.stop());
  await listen(api, options);
  const url = options.publicUrl ?? ownOrigins(options, portOf(api))[0] ?? '';
  await rooms.openCourier({
    ...{
      secrets,
      callbackProfile: options.callbackProfile,
      policy: policy(),
      logLevel,
      userAgent: `Cloudbell/${version()}`,
    },
    ...{ smtp: smtpSettings(options), publicUrl: url, timeZone: timeZoneOf(options) },
    answerBytesMax: options.answerBytesMax,
    lastSeen: await reader.endpoints(accountId, ENDPOINTS_MAX),
  });
  const instanceId = options.collect ? await startCollecting({ options, clock, logger, ingest, lifecycle }) : null;

  startExpiring({ idleMs: options.seriesIdleMs, clock, ingest, lifecycle });
  startScraping({ options, clock, logger, ingest, lifecycle });
  startBeating({ options, clock, logger, rooms, changes, lifecycle, readiness: apiSettings(options).readiness });

  // Last, when nothing can fail any more: a password or key that is made but never shown would be lost.
  const newUser = passwordIsGiven ? null : await makeFirstUser(accountId, userDeps);
  const newAccessKey = keyIsGiven ? null : await makeFirstAccessKey(accountId, keyDeps);
  const signInUrl = `${url}${signInLinks.issue({ account: accountId, user: await linkUser(accountId, rooms.users) })}`;
  const stop = () => lifecycle.stop();
  return { url, signInUrl, newUser, newAccessKey, instanceId, rules: rooms.rules, changes, stop };
}

/** Requests under way may end; whoever takes longer than that is cut off, for a stop must not hang on a client. */
const HTTP_DRAIN_MS = 3000;

async function closeHttp(api: FastifyInstance, clock: Clock): Promise<void> {
  const cancel = clock.after(HTTP_DRAIN_MS, () => api.server.closeAllConnections());
  await api.close();
  cancel();
}

/** The store's room has settled the primary before anything else could ask for it. */
async function liveSecrets(identity: IdentityStore, options: CloudbellOptions): Promise<SigningSecrets> {
  return { primary: await identity.setting('signing_secret', ''), previous: options.previousSigningSecret };
}

/** Anybody may send to an inbox; only who is let in may read it. */
function behindAuthentication(plugin: FastifyPluginAsync): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRequest', app.authenticate);
    await app.register(plugin);
  };
}

async function listen(api: FastifyInstance, { listen: { host, port } }: CloudbellOptions): Promise<void> {
  try {
    await api.listen({ host, port });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const message =
      code === 'EADDRINUSE' ? `Port ${port} on ${host} is taken.` : `Cannot listen on ${host}:${port} (${code}).`;
    throw new CloudbellError('start_refused', {
      message,
      hint: 'Choose another address with --listen.',
      cause: thrown,
    });
  }
}

const portOf = (api: FastifyInstance): number => (api.server.address() as AddressInfo).port;
