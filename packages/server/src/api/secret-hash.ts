import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../base/random.ts';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}
/** OWASP's least for scrypt with 16 MiB: about 200 ms of one core per check, which is why successes are remembered. */
const COST: Cost = { N: 2 ** 14, r: 8, p: 5 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** A secret as `scrypt$N$r$p$salt$hash`, for {@link IdentityStore.putAccessKey}. */
export async function hashSecret(secret: string, random: Random, cost: Cost = COST): Promise<string> {
  const salt = Buffer.from(random.bytes(SALT_BYTES));
  return textOf(cost, salt, await derive(secret, { salt, ...cost }));
}

const textOf = ({ N, r, p }: Cost, salt: Buffer, hash: Buffer): string =>
  `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;

/** Checked where there is nothing to check against: it takes the same time as another, and is no hash of a secret. */
export const NOBODYS_HASH = textOf(COST, Buffer.alloc(SALT_BYTES), Buffer.alloc(HASH_BYTES));

/** Whether the secret is the one that was hashed; false for a hash of another form. */
export async function isSecret(secret: string, secretHash: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = secretHash.split('$');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(secret, {
    salt: Buffer.from(salt, 'base64url'),
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function derive(secret: string, { salt, N, r, p }: Cost & { readonly salt: Buffer }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
