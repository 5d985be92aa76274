import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../base/random.ts';

/** OWASP's least for scrypt with 16 MiB: about 50 ms of one core per check, which is why successes are remembered. */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const HASH_BYTES = 32;

/** A secret as `scrypt$N$r$p$salt$hash`, for {@link IdentityStore.putAccessKey}. */
export async function hashSecret(secret: string, random: Random): Promise<string> {
  const salt = Buffer.from(random.bytes(16));
  const hash = await derive(secret, { salt, ...COST });
  return `scrypt$${COST.N}$${COST.r}$${COST.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

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

function derive(secret: string, cost: { salt: Buffer; N: number; r: number; p: number }): Promise<Buffer> {
  const { salt, N, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
