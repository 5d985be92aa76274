import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { expandEvent, expandNotification } from '@cloudbell/core/notify/expand.ts';
import type { CallbackProfile } from '@cloudbell/core/rule/rule.ts';
import type { Clock } from '../../base/clock.ts';
import { hmacBase64, sha256Hex } from '../../base/digest.ts';
import type { Random } from '../../base/random.ts';
import type { IdentityStore } from '../../ports/identity-store.ts';
import { openSqliteStore, type Store } from '../../store/sqlite/store.ts';
import { createLogger } from '../logger.ts';
import { startLedgerPruning } from './ledger-pruning.ts';

/** What the store needs to know; plain data, so that it can cross into a thread. */
export interface StoreSettings {
  readonly dataDir: string;
  /** Null: the one in the data folder. */
  readonly masterKey: string | null;
  readonly rulesPerAccountMax: number;
  /** ms that deliveries and transitions are kept once they are over; null: for ever. */
  readonly ledgerRetentionMs: number | null;
  readonly logLevel: string;
  /** Contact group that is told what an endpoint did not take; null: nobody is. */
  readonly fallbackGroup: string | null;
  readonly callbackProfile: CallbackProfile;
  /** From the environment, wins at every start; null keeps (or makes) the stored one. */
  readonly signingSecret: string | null;
  /** Live beside it while rotating. */
  readonly previousSigningSecret: string | null;
}

export interface StoreRoom extends Omit<Store, 'commitCount'> {
  readonly secrets: SigningSecrets;
}

/** Opens store.db and settles the signing secrets, with which commit freezes the bodies of deliveries. */
export async function openStoreRoom(
  settings: StoreSettings,
  edge: { readonly clock: Clock; readonly random: Random },
): Promise<StoreRoom> {
  let secrets: SigningSecrets | null = null;
  const store = openSqliteStore({
    ...edge,
    dataDir: settings.dataDir,
    masterKey: settings.masterKey,
    fallbackGroup: settings.fallbackGroup,
    limits: { rulesPerAccountMax: settings.rulesPerAccountMax },
    expandEvent: (notification) => expandEvent(notification, { digest: sha256Hex }),
    expand: (notification, book) => {
      if (secrets === null) throw new Error('a commit came before the signing secrets');
      return expandNotification(
        notification,
        { defaultProfile: settings.callbackProfile, secrets },
        { digest: sha256Hex, hmacBase64, ...book },
      );
    },
  });
  try {
    secrets = await settleSecrets(store.identity, settings, edge.random);
    const { clock } = edge;
    const { ledgerRetentionMs: retentionMs, logLevel } = settings;
    const logger = createLogger(logLevel, 'store');
    const stopPruning =
      retentionMs === null ? () => undefined : startLedgerPruning({ ledger: store.ledger, clock, retentionMs, logger });
    return {
      ...store,
      secrets,
      close: () => {
        stopPruning();
        return store.close();
      },
    };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

async function settleSecrets(
  identity: IdentityStore,
  settings: StoreSettings,
  random: Random,
): Promise<SigningSecrets> {
  const { signingSecret, previousSigningSecret: previous } = settings;
  if (signingSecret !== null) await identity.putSetting('signing_secret', signingSecret);
  const fresh = `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`;
  return { primary: await identity.setting('signing_secret', fresh), previous };
}
