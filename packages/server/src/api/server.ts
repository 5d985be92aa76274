import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { openApiDocument } from '@cloudbell/core/contract/openapi.ts';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify';
import { CloudbellError } from '../base/errors.ts';
import { watchEventLoop } from '../base/event-loop-delay.ts';
import { mountAccessKeys } from './access-key-routes.ts';
import { AccessKeys } from './access-keys.ts';
import { mountAcknowledge } from './acknowledge.ts';
import { mountAlerts } from './alerts.ts';
import { makeAuthenticate } from './auth.ts';
import { mountContactGroups } from './contact-groups.ts';
import { mountContacts } from './contacts.ts';
import { mountDeliveries } from './deliveries.ts';
import type { ApiDeps } from './deps.ts';
import { mountEndpointSettings } from './endpoint-settings.ts';
import { mountEndpoints } from './endpoints.ts';
import { sendError, sendNotFound } from './errors.ts';
import { mountEventRules } from './event-rules.ts';
import { mountEvents } from './events.ts';
import { mountHealth } from './health.ts';
import { parseLenientJson } from './lenient-json.ts';
import { LiveStreams } from './live-streams.ts';
import { createMeters, type Meters, mountMetrics } from './metrics.ts';
import { mountMetricsRange } from './metrics-range.ts';
import { mountMetricsSeries } from './metrics-series.ts';
import { Passwords } from './passwords.ts';
import { mountPrometheus } from './prometheus/mount-prometheus.ts';
import { mountPush } from './push/mount-push.ts';
import { mount } from './route.ts';
import { mountRules } from './rules.ts';
import { isSecret } from './secret-hash.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { mountSession } from './session.ts';
import { mountSignInByLink, mountSignInByPassword } from './sign-in.ts';
import { mountSilences } from './silences.ts';
import { makeStandingReader } from './standing.ts';
import { mountStream } from './stream.ts';
import { mountTestSends } from './test-sends.ts';
import { mountUsers } from './users.ts';

/** For the headers alone: Node counts the request line in, which has a limit of its own (semantics.md, Limits). */
const HEADER_BYTES_MAX = 16 * 1024;
/** From the first byte of a request to its last: a client that dribbles is cut off. */
const REQUEST_MS_MAX = 120_000;

/**
 * The HTTP side, not listening yet: REST, health and metrics, and beside them what app/ mounts (console, inbox).
 * Everything below /api/v1 is behind authentication; `app.authenticate` serves plugins that need it too.
 */
export function buildApi(deps: ApiDeps): FastifyInstance {
  const broken = new WeakSet<Socket>();
  const app = createServer(deps, (error, socket) => {
    // Told again for each chunk that still arrives; one request is one hit and one answer.
    if (broken.has(socket)) return;
    broken.add(socket);
    if (error.code === 'HPE_HEADER_OVERFLOW') meters.limitHit('header_bytes');
    answerBrokenRequest(error, socket);
  });
  const meters = createMeters(app, deps.settings.version);
  const accessKeys = new AccessKeys({ ...deps, trustMs: deps.settings.accessKeyTrustMs, isSecret });
  app.decorateRequest('principal', null);
  const doors: Doors = { accessKeys, passwords: new Passwords({ ...deps, isSecret }), streams: new LiveStreams() };
  app.decorate('authenticate', makeAuthenticate({ ...deps, ...doors }));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') meters.limitHit('body_bytes');
    return sendError(error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply));
  limitRequestLine(app, meters, deps.settings.requestLineBytesMax);
  addSecurityHeaders(app);
  mountOpen(app, { ...deps, ...doors }, meters);
  const behindAuthentication: FastifyPluginAsync = async (scope) =>
    mountProtected(scope, { ...deps, ...doors }, meters);
  void app.register(behindAuthentication);
  const push: FastifyPluginAsync = async (scope) => mountPush(scope, deps);
  void app.register(push);
  const prometheus: FastifyPluginAsync = async (scope) => mountPrometheus(scope, deps);
  void app.register(prometheus);
  for (const plugin of deps.plugins) void app.register(plugin);
  return app;
}

/** Who is let in, and who still is: shared by everything that lets in or throws out. */
interface Doors {
  readonly accessKeys: AccessKeys;
  readonly passwords: Passwords;
  readonly streams: LiveStreams;
}

function createServer(
  deps: ApiDeps,
  onBroken: (error: NodeJS.ErrnoException, socket: Socket) => void,
): FastifyInstance {
  const { settings, random, logger } = deps;
  const idPrefix = Buffer.from(random.bytes(6)).toString('base64url');
  let requests = 0;
  const options = {
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: REQUEST_MS_MAX,
    trustProxy: false,
    genReqId: () => `${idPrefix}-${++requests}`,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: onBroken,
    frameworkErrors: sendError as never,
  };
  const maxHeaderSize = settings.requestLineBytesMax + HEADER_BYTES_MAX;
  // Both kinds of server serve the same routes; the type of the plain one stands for both.
  return settings.tls === null
    ? Fastify({ ...options, http: { maxHeaderSize } })
    : (Fastify({
        ...options,
        https: { ...settings.tls, maxHeaderSize: HEADER_BYTES_MAX },
      }) as unknown as FastifyInstance);
}

function limitRequestLine(app: FastifyInstance, meters: Meters, bytesMax: number): void {
  app.addHook('onRequest', async (request) => {
    if ((request.raw.url ?? '').length <= bytesMax) return;
    meters.limitHit('request_line_bytes');
    throw new CloudbellError('request_line_too_long', {
      message: `The path and query are longer than ${bytesMax} bytes.`,
      hint: 'Send parameters in the body, or raise --request-line-bytes-max.',
    });
  });
}

/** What is not even HTTP gets the same form of answer, while the socket can still be written to. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket & { _httpMessage?: ServerResponse }): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = isTooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const problem = isTooLarge
    ? {
        code: 'headers_too_large',
        message: 'The request headers are too large.',
        hint: 'Send fewer or shorter headers.',
      }
    : { code: 'request_malformed', message: 'The request is not valid HTTP.', hint: 'With --tls-cert set, use https.' };
  const body = JSON.stringify({ error: problem });
  // A head that went out already cannot be taken back.
  if (socket.writable && socket._httpMessage?.headersSent !== true) {
    const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
    socket.write(head + body);
  }
  socket.destroySoon();
}

function mountOpen(app: FastifyInstance, deps: ApiDeps & Doors, meters: Meters): void {
  const { settings, clock } = deps;
  const eventLoop = watchEventLoop(clock);
  app.addHook('onClose', async () => eventLoop.stop());
  const standing = makeStandingReader({
    ...deps,
    eventLoopDelayMs: eventLoop.p99Ms,
    answerMsMax: settings.readiness.answerMsMax,
  });
  mountHealth(app, { version: settings.version, readiness: settings.readiness, standing });
  mountSignInByLink(app, deps);
  const byPassword: FastifyPluginAsync = async (scope) => {
    acceptJson(scope);
    mountSignInByPassword(scope, deps);
  };
  void app.register(byPassword);
  const metrics: FastifyPluginAsync = async (scope) => {
    if (!settings.metricsOpen) scope.addHook('onRequest', app.authenticate);
    mountMetrics(scope, { ...deps, meters, standing });
  };
  void app.register(metrics);
}

function mountProtected(scope: FastifyInstance, deps: ApiDeps & Doors, meters: Meters): void {
  scope.addHook('onRequest', scope.authenticate);
  acceptJson(scope);
  mountRules(scope, { ...deps, onLimit: meters.limitHit });
  mountAlerts(scope, deps);
  mountAcknowledge(scope, deps);
  mountSilences(scope, { ...deps, onLimit: meters.limitHit });
  mountDeliveries(scope, deps);
  mountEndpoints(scope, deps);
  mountEndpointSettings(scope, { ...deps, onLimit: meters.limitHit });
  mountContacts(scope, { ...deps, onLimit: meters.limitHit });
  mountContactGroups(scope, { ...deps, onLimit: meters.limitHit });
  mountEvents(scope, { ...deps, onLimit: meters.limitHit });
  mountEventRules(scope, { ...deps, onLimit: meters.limitHit });
  mountMetricsSeries(scope, deps);
  mountMetricsRange(scope, deps);
  mountStream(scope, deps);
  mountTestSends(scope, deps);
  mountSession(scope, deps);
  mountUsers(scope, { ...deps, onLimit: meters.limitHit });
  mountAccessKeys(scope, { ...deps, onLimit: meters.limitHit });
  // Made when somebody asks: it is long, and a start has no use for it.
  let document: ReturnType<typeof openApiDocument> | null = null;
  mount(scope, 'openapi', () => {
    document ??= openApiDocument(deps.settings.version);
    return document;
  });
}

/** Bodies are JSON in UTF-8, uncompressed; an absent one is left to the route, which says what it misses. */
function acceptJson(scope: FastifyInstance): void {
  scope.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return;
    throw new CloudbellError('body_encoding_unsupported', {
      message: `The body is encoded as ${encoding.slice(0, 64)}.`,
      hint: 'Send it without content-encoding.',
    });
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, body: string) =>
    body === '' ? undefined : parseLenientJson(body),
  );
}
