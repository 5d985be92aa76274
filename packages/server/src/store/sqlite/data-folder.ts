import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { CloudbellError } from '../../base/errors.ts';
import { storeError } from './errors.ts';

/** Makes the folder, and those above it, if need be. Throws `store_unavailable` saying what stands in the way. */
export function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (thrown) {
    throw obstacle(dir, thrown) ?? storeError(thrown, dir);
  }
}

/** What keeps people from making it is the nearest folder that is there; Node names neither it nor the true reason. */
function obstacle(dir: string, cause: unknown): CloudbellError | null {
  const parent = nearestFolder(resolve(dir));
  if (parent === null) return null;
  try {
    accessSync(parent.path, constants.W_OK | constants.X_OK);
    return null;
  } catch (thrown) {
    const isReadOnly = (thrown as NodeJS.ErrnoException).code === 'EROFS';
    const { username, uid } = whoami();
    const message = isReadOnly
      ? `The data folder ${dir} cannot be made: ${parent.path} is on a read-only file system.`
      : `The data folder ${dir} cannot be made: ${parent.path} cannot be written by ${username}; it belongs to ${parent.owner}.`;
    const hint = isReadOnly
      ? 'Mount it for writing, or give a folder elsewhere with --data.'
      : `Let the owner make the folder and hand it over (chown ${uid} ${dir}), or give a folder elsewhere with --data.`;
    return new CloudbellError('store_unavailable', { message, hint, cause });
  }
}

function nearestFolder(path: string): { readonly path: string; readonly owner: string } | null {
  for (let at = path; ; at = dirname(at)) {
    try {
      const found = statSync(at);
      if (!found.isDirectory()) return null;
      return { path: at, owner: found.uid === 0 ? 'root' : `user ${found.uid}` };
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || at === dirname(at)) return null;
    }
  }
}

/** A container's user may have a number and no name. */
function whoami(): { readonly username: string; readonly uid: string } {
  const uid = process.getuid?.() ?? null;
  try {
    const { username } = userInfo();
    return { username, uid: String(uid ?? username) };
  } catch {
    return { username: `user ${uid}`, uid: String(uid) };
  }
}
