import { parseSigningSecret } from '@cloudbell/core/callback/signing-secret.ts';
import { rotateInput } from '@cloudbell/core/contract/endpoint-settings.ts';
import { type EndpointSettings, rotated, rotationAt } from '@cloudbell/core/notify/endpoint-settings.ts';
import { parseEndpointSettings } from '@cloudbell/core/notify/parse-endpoint-settings.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { etagOf } from './conditions.ts';
import { pageByName } from './cursor.ts';
import type { ApiDeps } from './deps.ts';
import { settingsAnswer, unmaskedSettings, versionOfSettings } from './endpoint-settings-answer.ts';
import { sendProblems } from './errors.ts';
import { principalOf } from './principal.ts';
import { readBody } from './read-body.ts';
import { mount } from './route.ts';
import { sendOvertaken, writeSeen } from './seen-condition.ts';

type SettingsDeps = Pick<ApiDeps, 'endpointSettings' | 'courier' | 'clock' | 'random' | 'checkWebhook'> & {
  readonly onLimit: (limit: 'endpoint_settings_per_account') => void;
};

/** Endpoint settings over REST. A write is answered once the courier sends by it. */
export function mountEndpointSettings(app: FastifyInstance, deps: SettingsDeps): void {
  const { endpointSettings: store, clock } = deps;
  mount(app, 'putEndpointSettings', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const parsed = parseEndpointSettings(account, name, request.body, deps);
    if ('problems' in parsed) return sendProblems(reply, parsed.problems);
    const write = await writeSeen(request, {
      read: () => store.settings(account, name),
      version: versionOfSettings,
      // A rotation goes on, and what a mask stands for must not come back after somebody has replaced it.
      isReadFirst: true,
      write: async (seen) => {
        const stored = seen === null || seen === 'absent' ? null : seen;
        return store.putSettings(unmaskedSettings(parsed.settings, stored), clock.wallMs(), seen);
      },
    });
    if (write.outcome === 'overtaken') return sendMismatch(reply, write.current);
    if (write.outcome === 'taken') throw taken(write.by);
    if (write.outcome === 'too_many') {
      deps.onLimit('endpoint_settings_per_account');
      throw tooMany(write.limit);
    }
    await deps.courier.settingsChanged();
    return send(reply.code(write.outcome === 'created' ? 201 : 200), write.settings);
  });
  mount(app, 'getEndpointSettings', async ({ params: { name } }, request, reply) =>
    send(reply, await stored(deps, principalOf(request).account, name)),
  );
  mount(app, 'deleteEndpointSettings', async ({ params: { name } }, request, reply) => {
    const { account } = principalOf(request);
    const removal = await writeSeen(request, {
      read: () => store.settings(account, name),
      version: versionOfSettings,
      write: (seen) => store.removeSettings(account, name, seen),
    });
    if (removal.outcome === 'overtaken') return sendMismatch(reply, removal.current);
    if (removal.outcome === 'not_found') throw notFound();
    await deps.courier.settingsChanged();
    return reply.code(204).send();
  });
  mount(app, 'listEndpointSettings', async ({ query }, request) => {
    const { account } = principalOf(request);
    const { items, next } = await pageByName(query, (page) => store.settingsPage({ ...page, account }));
    return { items: items.map((each) => settingsAnswer(each, clock.wallMs())), next };
  });
  mountRotation(app, deps);

  function send(reply: FastifyReply, settings: EndpointSettings): FastifyReply {
    return reply.header('etag', etagOf(versionOfSettings(settings))).send(settingsAnswer(settings, clock.wallMs()));
  }
}

function mountRotation(app: FastifyInstance, deps: SettingsDeps): void {
  const { clock, random } = deps;
  mount(app, 'rotateSigningSecret', async ({ params: { name } }, request) => {
    const { account } = principalOf(request);
    const input = readBody(rotateInput, request, 'endpoint_settings_invalid');
    const next = input.secret ?? `whsec_${Buffer.from(random.bytes(32)).toString('base64')}`;
    const secret = parseSigningSecret(next);
    if (!secret.valid) {
      const hint = 'Write whsec_ and Base64, or leave it out: then one is made.';
      throw new CloudbellError('endpoint_settings_invalid', { message: secret.problem, field: 'secret', hint });
    }
    const settings = await changed(deps, { account, name }, (before) => {
      const now = clock.wallMs();
      if (before.signing !== null && rotationAt(before.signing, now) !== null) throw rotating();
      return { ...before, signing: rotated(before.signing, { next, now, graceMs: input.grace * 1000 }) };
    });
    return { signingSecret: next, settings: settingsAnswer(settings, clock.wallMs()) };
  });
  mount(app, 'promoteSigningSecret', async ({ params: { name } }, request) => {
    const settings = await changed(deps, { account: principalOf(request).account, name }, (before) => {
      const rotation = before.signing === null ? null : rotationAt(before.signing, clock.wallMs());
      if (before.signing === null || rotation === null || rotation.isPromoted) throw nonePending();
      return { ...before, signing: { ...before.signing, rotation: { ...rotation, isPromoted: true } } };
    });
    return settingsAnswer(settings, clock.wallMs());
  });
}

/** Changes what is stored, once more when somebody else did meanwhile; answers when the courier sends by it. */
async function changed(
  deps: SettingsDeps,
  of: { readonly account: string; readonly name: string },
  change: (before: EndpointSettings) => EndpointSettings,
): Promise<EndpointSettings> {
  for (;;) {
    const before = await stored(deps, of.account, of.name);
    const { createdAt: _c, updatedAt: _u, ...after } = change(before);
    const write = await deps.endpointSettings.putSettings(after, deps.clock.wallMs(), before);
    if (write.outcome !== 'updated' && write.outcome !== 'unchanged') continue;
    await deps.courier.settingsChanged();
    return write.settings;
  }
}

async function stored(deps: SettingsDeps, account: string, name: string): Promise<EndpointSettings> {
  const settings = await deps.endpointSettings.settings(account, name);
  if (settings === null) throw notFound();
  return settings;
}

const sendMismatch = (reply: FastifyReply, current: EndpointSettings | null): FastifyReply =>
  sendOvertaken(
    reply,
    { what: 'The endpoint settings', code: 'endpoint_settings_version_mismatch' },
    current === null ? null : versionOfSettings(current),
  );

const notFound = (): CloudbellError =>
  new CloudbellError('endpoint_settings_not_found', {
    message: 'There are no endpoint settings with this name.',
    hint: 'GET /api/v1/endpoint-settings lists them.',
  });

const taken = (by: string | null): CloudbellError =>
  new CloudbellError('endpoint_settings_taken', {
    message: `This endpoint has settings already${by === null ? ', of another account' : `, named ${by}`}.`,
    field: 'endpoint',
    hint: 'Change those, or delete them first: an endpoint has one rate and one schedule.',
  });

const tooMany = (limit: number): CloudbellError =>
  new CloudbellError('endpoint_settings_limit_reached', {
    message: `The account has settings of ${limit} endpoints, as many as allowed.`,
    hint: 'Delete those that are no longer needed.',
  });

const rotating = (): CloudbellError =>
  new CloudbellError('signing_rotation_under_way', {
    message: 'The signing secret is being changed already.',
    hint: 'Wait for the end of that, or put signingSecret outright: then the others are no longer live.',
  });

const nonePending = (): CloudbellError =>
  new CloudbellError('signing_rotation_none', {
    message: 'No new signing secret waits to be promoted.',
    hint: 'Begin with POST …/rotate.',
  });
