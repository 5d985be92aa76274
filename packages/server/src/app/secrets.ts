import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningSecrets } from '@cloudbell/core/callback/signing-secret.ts';
import { CloudbellError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import { openStoreFileReadOnly } from '../store/sqlite/database.ts';
import { openSealerToRead } from '../store/sqlite/master-key.ts';
import { openedSetting } from '../store/sqlite/sealed-values.ts';
import { STORE_FILE } from '../store/sqlite/store.ts';
import type { CloudbellOptions } from './options-table.ts';

/** The signing secrets in force: the environment's, else the stored one. Reads beside a running Cloudbell. */
export function signingSecrets(options: CloudbellOptions): SigningSecrets {
  const primary = options.signingSecret ?? stored(options);
  if (primary !== null) return { primary, previous: options.previousSigningSecret };
  throw new CloudbellError('store_unavailable', {
    message: `No signing secret is stored in ${options.dataPath}.`,
    hint: 'It is made at the first start; --data names the folder.',
  });
}

function stored({ dataPath, masterKey }: CloudbellOptions): string | null {
  const path = join(dataPath, STORE_FILE);
  if (!existsSync(path)) return null;
  const db = openStoreFileReadOnly(path);
  try {
    const row = db.prepare("SELECT value FROM settings WHERE name = 'signing_secret'").get();
    if (typeof row?.value !== 'string') return null;
    const sealer = openSealerToRead(db, { dataDir: dataPath, masterKey }, systemRandom);
    // A store that no newer Cloudbell has opened yet has it as it is.
    return sealer === null ? row.value : openedSetting('signing_secret', row.value, sealer);
  } finally {
    db.close();
  }
}
