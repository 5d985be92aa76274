import { hashSecret, isSecret } from '../api/secret-hash.ts';
import type { Clock } from '../base/clock.ts';
import { CloudbellError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { UserStore } from '../ports/user-store.ts';
import type { CloudbellOptions } from './options-table.ts';

export const ADMIN = 'admin';

export interface NewUser {
  readonly name: string;
  readonly password: string;
}

interface UserDeps {
  readonly users: UserStore;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The environment's password wins at every start (semantics.md, REST): the user `admin` then has it, can sign in, and is
 * an admin, whatever became of it before. True when there is one. One that is stored already changes nothing, and ends
 * no session.
 */
export async function storeGivenPassword(
  options: Pick<CloudbellOptions, 'accountId' | 'adminPassword'>,
  deps: UserDeps,
): Promise<boolean> {
  const { accountId, adminPassword } = options;
  if (adminPassword === null) return false;
  const stored = await deps.users.credentials(accountId, ADMIN);
  const isStored = stored !== null && (await isSecret(adminPassword, stored.passwordHash));
  await putAdmin(accountId, isStored ? null : await hashSecret(adminPassword, deps.random), deps);
  return true;
}

/** Where there is no user yet, `admin` is made and answered here, the only time its password is known; null later. */
export async function makeFirstUser(accountId: string, deps: UserDeps): Promise<NewUser | null> {
  const known = await deps.users.users({ account: accountId, after: null, limit: 1 });
  if (known.length > 0) return null;
  const password = Buffer.from(deps.random.bytes(15)).toString('base64url');
  await putAdmin(accountId, await hashSecret(password, deps.random), deps);
  return { name: ADMIN, password };
}

/** Whom the printed link signs in: `admin`; where that is no admin any more, the first there is. */
export async function linkUser(accountId: string, users: UserStore): Promise<string> {
  const known = await users.users({ account: accountId, after: null, limit: USERS_MAX });
  const admins = known.filter(({ role, enabled }) => role === 'admin' && enabled).map(({ name }) => name);
  return admins.includes(ADMIN) ? ADMIN : (admins[0] ?? ADMIN);
}

const USERS_MAX = 10_000;

async function putAdmin(account: string, passwordHash: string | null, deps: UserDeps): Promise<void> {
  const put = { account, name: ADMIN, role: 'admin', enabled: true, passwordHash } as const;
  const write = await deps.users.putUser({ ...put, onlyNew: false, keepSession: null }, deps.clock.wallMs());
  if ('user' in write) return;
  throw new CloudbellError('start_refused', {
    message: `The user admin cannot be stored (${write.outcome}).`,
    hint: 'Delete users that are no longer needed, or start without CLOUDBELL_ADMIN_PASSWORD.',
  });
}
