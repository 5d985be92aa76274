import { hashSecret, isSecret } from '../api/secret-hash.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { AccessKey, IdentityStore } from '../ports/identity-store.ts';
import type { CloudbellOptions } from './options-table.ts';

export interface NewAccessKey {
  readonly id: string;
  readonly secret: string;
}

interface KeyDeps {
  readonly identity: IdentityStore;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The environment's access key wins at every start (semantics.md, REST) and is then the account's only one: whoever
 * rotates it must be sure that the key before lets nobody in. True when there is one.
 */
export async function storeGivenAccessKey(
  options: Pick<CloudbellOptions, 'accountId' | 'accessKeyId' | 'accessKeySecret'>,
  deps: KeyDeps,
): Promise<boolean> {
  const { accountId, accessKeyId, accessKeySecret } = options;
  if (accessKeyId === null || accessKeySecret === null) return false;
  const stored = await deps.identity.accessKey(accessKeyId);
  const isStored = stored?.account === accountId && (await isSecret(accessKeySecret, stored.secretHash));
  const key = isStored ? stored : await newKey(accountId, { id: accessKeyId, secret: accessKeySecret }, deps);
  await deps.identity.putOnlyAccessKey(key);
  return true;
}

/** At the first start, one is made and answered here, the only time its secret is known; null later. */
export async function makeFirstAccessKey(accountId: string, deps: KeyDeps): Promise<NewAccessKey | null> {
  if ((await deps.identity.accessKeyCount(accountId)) > 0) return null;
  const made = { id: `ck-${token(deps.random, 9)}`, secret: token(deps.random, 24) };
  await deps.identity.putAccessKey(await newKey(accountId, made, deps));
  return made;
}

async function newKey(account: string, { id, secret }: NewAccessKey, deps: KeyDeps): Promise<AccessKey> {
  const secretHash = await hashSecret(secret, deps.random);
  return { accessKeyId: id, account, secretHash, createdAt: deps.clock.wallMs() };
}

const token = (random: Random, bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64url');
