import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import type { Sealer } from '../../base/sealing.ts';
import type { AcknowledgementStore } from '../../ports/acknowledgement-store.ts';
import type { CommitStore, Expand } from '../../ports/commit-store.ts';
import type { ContactStore } from '../../ports/contact-store.ts';
import type { EndpointSettingsStore } from '../../ports/endpoint-settings-store.ts';
import type { EventStore, ExpandEvent } from '../../ports/event-store.ts';
import type { IdentityStore } from '../../ports/identity-store.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { RobotSecrets } from '../../ports/robot-secrets.ts';
import type { RuleStore } from '../../ports/rule-store.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import type { SilenceStore } from '../../ports/silence-store.ts';
import type { StoreReader } from '../../ports/store-reader.ts';
import type { UserStore } from '../../ports/user-store.ts';
import { SqliteAcknowledgements } from './acknowledgements.ts';
import { BornClaims } from './born-claims.ts';
import { SqliteCommits } from './commits.ts';
import { SqliteContacts } from './contacts.ts';
import { makeFolder } from './data-folder.ts';
import { openStoreFile, openStoreFileReadOnly } from './database.ts';
import { SqliteEndpointSettings } from './endpoint-settings.ts';
import { storeError } from './errors.ts';
import { EventRecorder } from './event-recorder.ts';
import { SqliteEvents } from './events.ts';
import { FailingEndpoints } from './failing-endpoints.ts';
import { Fallback } from './fallback.ts';
import { ensureGeneration } from './generation.ts';
import { SqliteIdentity } from './identity.ts';
import { Lanes } from './lanes.ts';
import { SqliteLedger } from './ledger.ts';
import { openSealer } from './master-key.ts';
import { assertMigrated, migrate, readMigrations } from './migrate.ts';
import { SqliteOutbox } from './outbox.ts';
import { SqliteReader } from './reads.ts';
import { SqliteRules } from './rules.ts';
import { sealPlainValues } from './sealed-values.ts';
import { SqliteSessions } from './sessions.ts';
import { SqliteSilences } from './silences.ts';
import { SqliteUsers } from './users.ts';
import { WriteQueue } from './write-queue.ts';

export const STORE_FILE = 'store.db';
/** Each event is matched against all of a product's: docs/adr/0016. */
const EVENT_RULES_PER_ACCOUNT_MAX = 1000;

export interface StoreOptions {
  /** The store is `store.db` in this folder, which is made if need be. */
  readonly dataDir: string;
  /** What secrets are sealed with; absent or null: the key in the folder ({@link ./master-key.ts}). */
  readonly masterKey?: string | null | undefined;
  readonly expand: Expand;
  readonly expandEvent: ExpandEvent;
  /** The contact group that is told what an endpoint did not take; absent or null: nobody is. */
  readonly fallbackGroup?: string | null | undefined;
  /**
   * `silencesPerAccountMax` counts those that are not over; 1,000 unless told otherwise. `contactsPerAccountMax` is for
   * contacts and for groups, each; 10,000 unless told otherwise. `usersPerAccountMax` and `accessKeysPerAccountMax` are
   * 1,000 unless told otherwise, and so is `endpointSettingsPerAccountMax`.
   */
  readonly limits: {
    readonly rulesPerAccountMax: number;
    readonly silencesPerAccountMax?: number | undefined;
    readonly contactsPerAccountMax?: number | undefined;
    readonly usersPerAccountMax?: number | undefined;
    readonly accessKeysPerAccountMax?: number | undefined;
    readonly endpointSettingsPerAccountMax?: number | undefined;
  };
  /** Called after a commit that made deliveries, with their number. */
  readonly onDeliveries?: ((count: number) => void) | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** The file may grow to so many pages of 4 KiB, then the disk counts as full. */
  readonly pageCountMax?: number | undefined;
}

export interface Store {
  readonly rules: RuleStore;
  readonly commits: CommitStore;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly identity: IdentityStore;
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly silences: SilenceStore;
  readonly acknowledgements: AcknowledgementStore;
  readonly contacts: ContactStore;
  readonly robotSecrets: RobotSecrets;
  readonly endpointSettings: EndpointSettingsStore;
  readonly events: EventStore;
  /** Transactions committed so far. */
  commitCount(): number;
  /** Writes what is waiting, then closes. Later calls reject. */
  close(): Promise<void>;
}

/**
 * Opens the store for writing; the caller holds the data folder's lock ({@link ./lock.ts}), for there must be one
 * writer only. Throws `store_unavailable`, `store_schema_mismatch`, `master_key_missing` or `master_key_wrong`.
 */
export function openSqliteStore(options: StoreOptions): Store {
  const path = join(options.dataDir, STORE_FILE);
  makeFolder(options.dataDir);
  const db = openStoreFile({ path, pageCountMax: options.pageCountMax });
  try {
    const clock = options.clock ?? systemClock;
    migrate(db, readMigrations(), clock.wallMs());
    const random = options.random ?? systemRandom;
    const generation = ensureGeneration(db, random);
    // Not seeded, whatever else is: a nonce that comes again gives two secrets away.
    const key = { dataDir: options.dataDir, masterKey: options.masterKey ?? null };
    const sealer = openSealer(db, key, systemRandom);
    sealPlainValues(db, sealer);
    return compose(db, path, { ...options, clock, generation, sealer });
  } catch (thrown) {
    db.close();
    throw storeError(thrown, path);
  }
}

export interface ClosableStoreReader extends StoreReader {
  close(): Promise<void>;
}

/** Opens the store for reading, once a writer has migrated it. `path` is the file. */
export function openSqliteReader(options: { readonly path: string }): ClosableStoreReader {
  const db = openStoreFileReadOnly(options.path);
  try {
    assertMigrated(db, readMigrations());
    return new SqliteReader(db);
  } catch (thrown) {
    db.close();
    throw storeError(thrown, options.path);
  }
}

interface Composed {
  readonly clock: Clock;
  readonly generation: string;
  readonly sealer: Sealer;
}

function compose(db: DatabaseSync, path: string, options: StoreOptions & Composed): Store {
  const queue = new WriteQueue(db, path);
  const born = new BornClaims();
  const lanes = new Lanes(db);
  const { sealer } = options;
  const contactsPerAccountMax = options.limits.contactsPerAccountMax ?? 10_000;
  const contacts = new SqliteContacts(queue, sealer, { contactsPerAccountMax });
  const endpointSettings = new SqliteEndpointSettings(queue, sealer, {
    endpointSettingsPerAccountMax: options.limits.endpointSettingsPerAccountMax ?? 1_000,
  });
  const { contactsOf } = contacts;
  const { callbackSettingsOf } = endpointSettings;
  const recorder = new EventRecorder(queue, lanes, { ...options, contactsOf });
  const group = options.fallbackGroup ?? null;
  const fallback = group === null ? null : new Fallback(db, lanes, { group, contactsOf });
  const failing = new FailingEndpoints(db, recorder);
  return {
    rules: new SqliteRules(queue, options.limits),
    commits: new SqliteCommits(queue, lanes, { ...options, born, contactsOf, callbackSettingsOf }),
    outbox: new SqliteOutbox(queue, lanes, { born, failing, fallback }),
    ledger: new SqliteLedger(queue),
    identity: new SqliteIdentity(queue, sealer, {
      accessKeysPerAccountMax: options.limits.accessKeysPerAccountMax ?? 1_000,
    }),
    users: new SqliteUsers(queue, { usersPerAccountMax: options.limits.usersPerAccountMax ?? 1_000 }),
    sessions: new SqliteSessions(queue),
    silences: new SqliteSilences(queue, { silencesPerAccountMax: options.limits.silencesPerAccountMax ?? 1_000 }),
    acknowledgements: new SqliteAcknowledgements(queue),
    contacts,
    robotSecrets: contacts,
    endpointSettings,
    events: new SqliteEvents(queue, recorder, { rulesPerAccountMax: EVENT_RULES_PER_ACCOUNT_MAX }),
    commitCount: () => queue.commits,
    close: async () => {
      queue.close();
      if (db.isOpen) db.close();
    },
  };
}
