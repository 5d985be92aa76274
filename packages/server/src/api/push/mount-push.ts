import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { limitAdmission } from './admission.ts';
import { mountOtlp, sendOtlpError } from './otlp.ts';
import { mountPushgateway } from './pushgateway.ts';
import { mountRemoteWrite, sendBusyAs503 } from './remote-write.ts';
import { mountSamples } from './samples.ts';

/** The ways in: bodies come as bytes, and each route reads its own form. Each has a scope of its own. */
export function mountPush(scope: FastifyInstance, deps: ApiDeps): void {
  scope.addHook('onRequest', scope.authenticate);
  const budget = limitAdmission(scope, deps);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: unknown, body: unknown, done) => done(null, body));
  const samples: FastifyPluginAsync = async (own) => mountSamples(own, { ...deps, budget });
  const remoteWrite: FastifyPluginAsync = async (own) => {
    own.setErrorHandler(sendBusyAs503);
    mountRemoteWrite(own, deps);
  };
  const otlp: FastifyPluginAsync = async (own) => {
    own.setErrorHandler(sendOtlpError);
    mountOtlp(own, { ...deps, budget });
  };
  for (const way of [samples, remoteWrite, otlp]) void scope.register(way);
  mountPushgateway(scope, { ...deps, budget });
}
