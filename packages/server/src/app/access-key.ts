import { hashSecret, isSecret } from '../api/secret-hash.ts';
import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { IdentityStore } from '../ports/identity-store.ts';
import type { CloudbellOptions } from './options-table.ts';

export interface NewAccessKey {
  readonly id: string;
  readonly secret: string;
}

/**
 * The bootstrap access key: the environment's wins at every start (semantics.md, REST); else one is made at the first
 * start and answered here, the only time its secret is known.
 */
export async function bootstrapAccessKey(
  options: Pick<CloudbellOptions, 'accountId' | 'accessKeyId' | 'accessKeySecret'>,
  deps: { readonly identity: IdentityStore; readonly clock: Clock; readonly random: Random },
): Promise<NewAccessKey | null> {
  const { identity, clock, random } = deps;
  const account = options.accountId;
  const store = async ({ id, secret }: NewAccessKey): Promise<void> => {
    const secretHash = await hashSecret(secret, random);
    await identity.putAccessKey({ accessKeyId: id, account, secretHash, createdAt: clock.wallMs() });
  };
  if (options.accessKeyId !== null && options.accessKeySecret !== null) {
    const stored = await identity.accessKey(options.accessKeyId);
    const isStored = stored?.account === account && (await isSecret(options.accessKeySecret, stored.secretHash));
    if (!isStored) await store({ id: options.accessKeyId, secret: options.accessKeySecret });
    return null;
  }
  if ((await identity.accessKeyCount(account)) > 0) return null;
  const made = { id: `ck-${token(random, 9)}`, secret: token(random, 24) };
  await store(made);
  return made;
}

const token = (random: Random, bytes: number): string => Buffer.from(random.bytes(bytes)).toString('base64url');
