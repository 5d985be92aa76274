import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { limitAdmission } from './admission.ts';
import { mountRemoteWrite, sendBusyAs503 } from './remote-write.ts';

/** The ways in for other programs' protocols: bodies come as bytes, and each route reads its own form. */
export function mountPush(scope: FastifyInstance, deps: ApiDeps): void {
  scope.addHook('onRequest', scope.authenticate);
  limitAdmission(scope, deps);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request: unknown, body: unknown, done) => done(null, body));
  const remoteWrite: FastifyPluginAsync = async (own) => {
    own.setErrorHandler(sendBusyAs503);
    mountRemoteWrite(own, deps);
  };
  void scope.register(remoteWrite);
}
