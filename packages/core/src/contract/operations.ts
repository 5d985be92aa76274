import { z } from 'zod';
import {
  alertAnswer,
  alertList,
  alertListQuery,
  alertParams,
  dismissAnswer,
  transitionList,
  transitionListQuery,
} from './alert.ts';
import { CONTACT_OPERATIONS } from './contact-operations.ts';
import {
  deliveryDetail,
  deliveryList,
  deliveryListQuery,
  deliveryParams,
  replayAnswer,
  replayBody,
  replayedAnswer,
} from './delivery.ts';
import { ENDPOINT_OPERATIONS } from './endpoint-operations.ts';
import { errorAnswer } from './error-answer.ts';
import { EVENT_OPERATIONS } from './event-operations.ts';
import { HISTORY_OPERATIONS } from './history-operations.ts';
import { inboxBody, inboxList, inboxListQuery, inboxParams } from './inbox.ts';
import { LIVE_OPERATIONS } from './live-operations.ts';
import type { Operation, OperationAnswer } from './operation.ts';
import { PROMETHEUS_OPERATIONS } from './prometheus-operations.ts';
import { PUSH_OPERATIONS } from './push-operations.ts';
import { closeQuery, ruleAnswer, ruleInput, ruleList, ruleListQuery, ruleParams } from './rule.ts';
import { samplesAnswer, samplesBody, samplesRejected } from './sample.ts';
import { SILENCE_OPERATIONS } from './silence-operations.ts';
import { healthAnswer, meAnswer, readinessAnswer } from './standing.ts';
import { TEST_SEND_OPERATIONS } from './test-send-operations.ts';
import { USER_OPERATIONS } from './user-operations.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const CONDITIONS = [
  { name: 'If-Match', description: 'The version that must be stored, as in the ETag: "3"; * for any' },
  { name: 'If-None-Match', description: '* : only if there is no such rule' },
];
const RULE_CHANGE = {
  404: error('No such rule'),
  412: error('Not at the required version; error.currentVersion is'),
  503: error('Not durable; nothing changed'),
};

/** Every route but the console's files; `api/server.test.ts` holds the server to it, both ways. */
export const OPERATIONS = {
  putRule: {
    method: 'PUT',
    path: '/api/v1/rules/{ruleId}',
    tag: 'rules',
    summary: 'Creates or replaces a rule; answers when evaluation is bound to see it',
    params: ruleParams,
    headers: CONDITIONS,
    body: ruleInput,
    answers: {
      200: { description: 'Replaced, or equal to what was stored', schema: ruleAnswer },
      201: { description: 'Created', schema: ruleAnswer },
      ...BAD,
      ...RULE_CHANGE,
      409: error('As many rules as allowed'),
    },
  },
  getRule: {
    method: 'GET',
    path: '/api/v1/rules/{ruleId}',
    tag: 'rules',
    summary: 'One rule',
    params: ruleParams,
    answers: { 200: { description: 'The rule', schema: ruleAnswer }, 404: error('No such rule') },
  },
  deleteRule: {
    method: 'DELETE',
    path: '/api/v1/rules/{ruleId}',
    tag: 'rules',
    summary: 'Deletes a rule; its alerts end',
    params: ruleParams,
    query: closeQuery,
    headers: CONDITIONS.slice(0, 1),
    answers: { 204: { description: 'Deleted', schema: null }, ...BAD, ...RULE_CHANGE },
  },
  listRules: {
    method: 'GET',
    path: '/api/v1/rules',
    tag: 'rules',
    summary: 'Rules in order of id',
    query: ruleListQuery,
    answers: { 200: { description: 'A page', schema: ruleList }, ...BAD },
  },
  enableRule: {
    method: 'POST',
    path: '/api/v1/rules/{ruleId}/enable',
    tag: 'rules',
    summary: 'Enables a rule',
    params: ruleParams,
    headers: CONDITIONS.slice(0, 1),
    answers: { 200: { description: 'The rule', schema: ruleAnswer }, ...BAD, ...RULE_CHANGE },
  },
  disableRule: {
    method: 'POST',
    path: '/api/v1/rules/{ruleId}/disable',
    tag: 'rules',
    summary: 'Disables a rule; its alerts end',
    params: ruleParams,
    query: closeQuery,
    headers: CONDITIONS.slice(0, 1),
    answers: { 200: { description: 'The rule', schema: ruleAnswer }, ...BAD, ...RULE_CHANGE },
  },
  listAlerts: {
    method: 'GET',
    path: '/api/v1/alerts',
    tag: 'alerts',
    summary: 'Live alerts',
    query: alertListQuery,
    answers: { 200: { description: 'A page', schema: alertList }, ...BAD },
  },
  getAlert: {
    method: 'GET',
    path: '/api/v1/alerts/{alertId}',
    tag: 'alerts',
    summary: 'One live alert',
    params: alertParams,
    answers: { 200: { description: 'The alert', schema: alertAnswer }, 404: error('No such alert') },
  },
  dismissAlert: {
    method: 'DELETE',
    path: '/api/v1/alerts/{alertId}',
    tag: 'alerts',
    summary: 'Dismisses the alert of a vanished resource; nobody is notified',
    params: alertParams,
    answers: {
      202: { description: 'In the log; the alert ends as soon as it is folded', schema: dismissAnswer },
      404: error('No such alert'),
      503: error('Not durable; nothing changed'),
    },
  },
  ...SILENCE_OPERATIONS,
  ...CONTACT_OPERATIONS,
  ...USER_OPERATIONS,
  listTransitions: {
    method: 'GET',
    path: '/api/v1/transitions',
    tag: 'alerts',
    summary: 'What alerts did and why, newest first',
    query: transitionListQuery,
    answers: { 200: { description: 'A page', schema: transitionList }, ...BAD },
  },
  listDeliveries: {
    method: 'GET',
    path: '/api/v1/deliveries',
    tag: 'deliveries',
    summary: 'Deliveries, newest first',
    query: deliveryListQuery,
    answers: { 200: { description: 'A page', schema: deliveryList }, ...BAD },
  },
  getDelivery: {
    method: 'GET',
    path: '/api/v1/deliveries/{deliveryId}',
    tag: 'deliveries',
    summary: 'One delivery with the bytes sent and every attempt',
    params: deliveryParams,
    answers: { 200: { description: 'The delivery', schema: deliveryDetail }, 404: error('No such delivery') },
  },
  replayDelivery: {
    method: 'POST',
    path: '/api/v1/deliveries/{deliveryId}/replay',
    tag: 'deliveries',
    summary: 'Sends a final delivery again, under the same id',
    params: deliveryParams,
    answers: {
      202: { description: 'Due now', schema: replayAnswer },
      404: error('No such delivery'),
      409: error('Still on its way'),
    },
  },
  replayDeliveries: {
    method: 'POST',
    path: '/api/v1/deliveries/replay',
    tag: 'deliveries',
    summary: 'Sends exhausted deliveries again that match, the oldest first, so many a second',
    body: replayBody,
    answers: {
      202: { description: 'Queued; live alerts go first', schema: replayedAnswer },
      400: error('Something in the request is wrong; error.field says what'),
    },
  },
  retryDelivery: {
    method: 'POST',
    path: '/api/v1/deliveries/{deliveryId}/retry',
    tag: 'deliveries',
    summary: 'Makes the next attempt of a waiting delivery now, in place of the one that was planned',
    params: deliveryParams,
    answers: {
      202: { description: 'Due now', schema: replayAnswer },
      404: error('No such delivery'),
      409: error('It waits for no attempt of its own'),
    },
  },
  postSamples: {
    method: 'POST',
    path: '/api/v1/samples',
    tag: 'samples',
    summary: 'Takes samples; answers when they are durable',
    body: samplesBody,
    answers: {
      200: { description: 'At least one was taken', schema: samplesAnswer },
      400: {
        description: 'None was taken, or the body is not a list',
        schema: z.union([samplesRejected, errorAnswer]),
      },
      413: error('Too many samples or bytes; none was taken'),
      503: error('Not durable; none was taken'),
    },
  },
  ...PUSH_OPERATIONS,
  ...ENDPOINT_OPERATIONS,
  ...TEST_SEND_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...LIVE_OPERATIONS,
  ...HISTORY_OPERATIONS,
  ...PROMETHEUS_OPERATIONS,
  // The inbox is a plugin and mounts its routes itself.
  receive: {
    method: 'POST',
    path: '/inbox/{name}',
    tag: 'inbox',
    access: 'open',
    summary: 'Receives any callback, says ok, and shows it',
    params: inboxParams,
    body: inboxBody,
    bodyType: '*/*',
    answers: {
      200: { description: 'ok, whatever came', schema: null, contentType: 'text/plain' },
      413: error('Larger than 1 MiB; not kept'),
    },
  },
  listInbox: {
    method: 'GET',
    path: '/api/v1/inbox',
    tag: 'inbox',
    summary: 'What was received since Cloudbell started, newest first, as far as it is kept',
    query: inboxListQuery,
    answers: { 200: { description: 'A page', schema: inboxList }, ...BAD },
  },
  streamInbox: {
    method: 'GET',
    path: '/api/v1/inbox/stream',
    tag: 'inbox',
    summary: 'The same, live: one event "received" for each, data as in the list',
    headers: [{ name: 'Last-Event-ID', description: 'An id: what came after it and is still kept is told first' }],
    answers: {
      200: { description: 'Server-sent events, without end', schema: null, contentType: 'text/event-stream' },
      503: error('As many streams as allowed'),
    },
  },
  me: {
    method: 'GET',
    path: '/api/v1/me',
    tag: 'session',
    summary: 'Who is asking',
    answers: { 200: { description: 'Account, name and role', schema: meAnswer } },
  },
  signOut: {
    method: 'POST',
    path: '/api/v1/signout',
    tag: 'session',
    summary: 'Ends the session of the cookie',
    answers: { 204: { description: 'Ended', schema: null } },
  },
  signIn: {
    method: 'GET',
    path: '/signin',
    tag: 'session',
    access: 'open',
    summary: 'Uses up a one-time link and starts a session',
    query: z.object({ token: z.string().max(256).default('') }),
    answers: {
      303: { description: 'Signed in', schema: null },
      410: { description: 'Used up or expired: a page for people', schema: null, contentType: 'text/html' },
    },
  },
  openapi: {
    method: 'GET',
    path: '/api/v1/openapi.json',
    tag: 'standing',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
  },
  health: {
    method: 'GET',
    path: '/healthz',
    tag: 'standing',
    access: 'open',
    summary: 'Whether the process is alive',
    answers: { 200: { description: 'Alive', schema: healthAnswer } },
  },
  readiness: {
    method: 'GET',
    path: '/readyz',
    tag: 'standing',
    access: 'open',
    summary: 'Whether Cloudbell does its work in time',
    answers: {
      200: { description: 'Every check passes', schema: readinessAnswer },
      503: { description: 'Some check fails', schema: readinessAnswer },
    },
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    tag: 'standing',
    access: 'metrics',
    summary: 'Own metrics in Prometheus’ text form',
    answers: { 200: { description: 'Metrics', schema: null, contentType: 'text/plain' } },
  },
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof OPERATIONS;
