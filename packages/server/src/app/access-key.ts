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
 * The environment's access key wins at every start (semantics.md, REST), with every right, and is then the account's
 * only one from a start: whoever rotates it must be sure that the one before lets nobody in. Keys that people made for
 * other programs stay. True when there is one.
 */
export async function storeGivenAccessKey(
  options: Pick<CloudbellOptions, 'accountId' | 'accessKeyId' | 'accessKeySecret'>,
  deps: KeyDeps,
): Promise<boolean> {
  const { accountId, accessKeyId, accessKeySecret } = options;
  if (accessKeyId === null || accessKeySecret === null) return false;
  const stored = await deps.identity.accessKey(accessKeyId);
  const isStored = stored?.account === accountId && (await isSecret(accessKeySecret, stored.secretHash));
  const given = { id: accessKeyId, secret: accessKeySecret, name: 'from the environment' };
  const key: AccessKey = isStored
    ? { ...stored, name: given.name, role: 'admin', isBootstrap: true }
    : await newKey(accountId, given, deps);
  await deps.identity.putBootstrapKey(key);
  return true;
}

/** At the first start, one is made and answered here, the only time its secret is known; null later. */
export async function makeFirstAccessKey(accountId: string, deps: KeyDeps): Promise<NewAccessKey | null> {
  const known = await deps.identity.accessKeys({ account: accountId, after: null, limit: 1 });
  if (known.length > 0) return null;
  const made = { id: `ck-${token(deps.random, 9)}`, secret: token(deps.random, 24) };
  await deps.identity.putBootstrapKey(await newKey(accountId, { ...made, name: 'from the first start' }, deps));
  return made;
}

async function newKey(
  account: string,
  { id, secret, name }: NewAccessKey & { readonly name: string },
  deps: KeyDeps,
): Promise<AccessKey> {
  const secretHash = await hashSecret(secret, deps.random);
  const createdAt = deps.clock.wallMs();
  return { accessKeyId: id, account, name, role: 'admin', secretHash, isBootstrap: true, createdAt, lastUsedAt: null };
}

const token = (random: Random, bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64url');
