import type { OPERATIONS, OperationId } from './operations.ts';
import type { Role } from './role.ts';

/** Operations that ask who is there; the others are open to everybody. */
export type GuardedOperationId = {
  [Id in OperationId]: (typeof OPERATIONS)[Id] extends { readonly access: 'open' } ? never : Id;
}[OperationId];

/**
 * The least role of every operation: the server refuses by it (api/auth.ts), the console hides by it. A viewer reads; an
 * editor also changes what is watched, who is told, and what was sent; an admin also says who may come in. What
 * everybody does about themselves (password, sessions) needs no more than a viewer.
 */
export const LEAST_ROLE = {
  putRule: 'editor',
  getRule: 'viewer',
  deleteRule: 'editor',
  listRules: 'viewer',
  enableRule: 'editor',
  disableRule: 'editor',
  listAlerts: 'viewer',
  getAlert: 'viewer',
  dismissAlert: 'editor',
  createSilence: 'editor',
  listSilences: 'viewer',
  getSilence: 'viewer',
  changeSilence: 'editor',
  endSilence: 'editor',
  acknowledgeAlert: 'editor',
  withdrawAcknowledgement: 'editor',
  putContact: 'editor',
  getContact: 'viewer',
  deleteContact: 'editor',
  listContacts: 'viewer',
  putContactGroup: 'editor',
  getContactGroup: 'viewer',
  deleteContactGroup: 'editor',
  listContactGroups: 'viewer',
  listTransitions: 'viewer',
  listDeliveries: 'viewer',
  getDelivery: 'viewer',
  replayDelivery: 'editor',
  listEndpoints: 'viewer',
  testSend: 'editor',
  postSamples: 'editor',
  remoteWrite: 'editor',
  otlpMetrics: 'editor',
  putPush: 'editor',
  postPush: 'editor',
  deletePush: 'editor',
  postEvents: 'editor',
  listEvents: 'viewer',
  getEvent: 'viewer',
  putEventRule: 'editor',
  getEventRule: 'viewer',
  deleteEventRule: 'editor',
  listEventRules: 'viewer',
  enableEventRule: 'editor',
  disableEventRule: 'editor',
  listSeries: 'viewer',
  streamChanges: 'viewer',
  listInbox: 'viewer',
  streamInbox: 'viewer',
  putUser: 'admin',
  getUser: 'admin',
  deleteUser: 'admin',
  listUsers: 'admin',
  endSessionsOfUser: 'admin',
  createAccessKey: 'admin',
  deleteAccessKey: 'admin',
  listAccessKeys: 'admin',
  changePassword: 'viewer',
  listSessions: 'viewer',
  endSession: 'viewer',
  me: 'viewer',
  signOut: 'viewer',
  openapi: 'viewer',
  metrics: 'viewer',
} as const satisfies Record<GuardedOperationId, Role>;
