import { type AccessKeyAnswer, accessKeyInput, type NewAccessKeyAnswer } from '@cloudbell/core/contract/user.ts';
import type { FastifyInstance } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import type { AccessKey } from '../ports/identity-store.ts';
import type { AccessKeys } from './access-keys.ts';
import { pageBy } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import type { LiveStreams } from './live-streams.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { hashSecret } from './secret-hash.ts';

type AccessKeyDeps = Pick<ApiDeps, 'identity' | 'clock' | 'random'> & {
  readonly accessKeys: AccessKeys;
  readonly streams: LiveStreams;
  readonly onLimit: (limit: 'access_keys_per_account') => void;
};

/** What programs come in with, for admins. A secret is in the answer that makes it, and nowhere afterwards. */
export function mountAccessKeys(app: FastifyInstance, deps: AccessKeyDeps): void {
  const { identity, random } = deps;
  mount(app, 'createAccessKey', async (_, request, reply) => {
    const { account } = principalOf(request);
    const { name, role } = readBody(accessKeyInput, request, 'access_key_invalid');
    const secret = token(random, 24);
    const key: AccessKey = {
      ...{ accessKeyId: `ck-${token(random, 9)}`, account, name, role, isBootstrap: false },
      ...{ secretHash: await hashSecret(secret, random), createdAt: deps.clock.wallMs(), lastUsedAt: null },
    };
    const write = await identity.putAccessKey(key);
    if (write.outcome === 'too_many') {
      deps.onLimit('access_keys_per_account');
      throw new CloudbellError('access_key_limit_reached', {
        message: `The account has ${write.limit} access keys, as many as allowed.`,
        hint: 'Delete keys that are no longer used.',
      });
    }
    return reply.code(201).send({ ...toAnswer(key), secret } satisfies NewAccessKeyAnswer);
  });
  mount(app, 'listAccessKeys', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { items, next } = await pageBy(
      ({ accessKeyId }: AccessKey) => accessKeyId,
      query,
      (page) => identity.accessKeys({ ...page, account }),
    );
    return { items: items.map(toAnswer), next };
  });
  mount(app, 'deleteAccessKey', async ({ params: { accessKeyId } }, request, reply) => {
    const { account } = principalOf(request);
    if (!(await identity.removeAccessKey(account, accessKeyId))) {
      throw new CloudbellError('access_key_not_found', {
        message: 'There is no access key with this id.',
        hint: 'GET /api/v1/access-keys lists them.',
      });
    }
    deps.accessKeys.forget(accessKeyId);
    deps.streams.endWhere((one) => one.kind === 'access_key' && one.name === accessKeyId);
    return reply.code(204).send();
  });
}

function toAnswer({ secretHash: _, isBootstrap, ...key }: AccessKey): AccessKeyAnswer {
  return { ...key, bootstrap: isBootstrap };
}

const token = (random: ApiDeps['random'], bytes: number): string =>
  Buffer.from(random.bytes(bytes)).toString('base64url');
