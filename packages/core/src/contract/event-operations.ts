import { z } from 'zod';
import { errorAnswer } from './error-answer.ts';
import {
  eventDetail,
  eventList,
  eventListQuery,
  eventParams,
  eventsAnswer,
  eventsBody,
  eventsRejected,
} from './event.ts';
import { eventRuleAnswer, eventRuleInput, eventRuleList, eventRuleListQuery, eventRuleParams } from './event-rule.ts';
import type { Operation, OperationAnswer } from './operation.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const IF_MATCH = { name: 'If-Match', description: 'The version that must be stored, as in the ETag: "3"; * for any' };
const IF_NONE_MATCH = { name: 'If-None-Match', description: '* : only if there is no such rule' };
const CHANGE = {
  404: error('No such rule'),
  412: error('Not at the required version; error.currentVersion is'),
  503: error('Not durable; nothing changed'),
};

/** Events and event rules; part of the operations that the server serves. */
export const EVENT_OPERATIONS = {
  postEvents: {
    method: 'POST',
    path: '/api/v1/events',
    tag: 'events',
    summary: 'Takes events; answers when they and their notifications are durable',
    body: eventsBody,
    answers: {
      200: { description: 'At least one was taken', schema: eventsAnswer },
      400: {
        description: 'None was taken, or the body is neither an event nor a list',
        schema: z.union([eventsRejected, errorAnswer]),
      },
      413: error('Too many events or bytes; none was taken'),
      503: error('Not durable; none was taken'),
    },
  },
  listEvents: {
    method: 'GET',
    path: '/api/v1/events',
    tag: 'events',
    summary: 'Events, newest first',
    query: eventListQuery,
    answers: { 200: { description: 'A page', schema: eventList }, ...BAD },
  },
  getEvent: {
    method: 'GET',
    path: '/api/v1/events/{eventId}',
    tag: 'events',
    summary: 'One event, and what each rule that matched made of it',
    params: eventParams,
    answers: { 200: { description: 'The event', schema: eventDetail }, 404: error('No such event') },
  },
  putEventRule: {
    method: 'PUT',
    path: '/api/v1/event-rules/{ruleId}',
    tag: 'event rules',
    summary: 'Creates or replaces an event rule',
    params: eventRuleParams,
    headers: [IF_MATCH, IF_NONE_MATCH],
    body: eventRuleInput,
    answers: {
      200: { description: 'Replaced, or equal to what was stored', schema: eventRuleAnswer },
      201: { description: 'Created', schema: eventRuleAnswer },
      ...BAD,
      ...CHANGE,
      409: error('As many rules as allowed'),
    },
  },
  getEventRule: {
    method: 'GET',
    path: '/api/v1/event-rules/{ruleId}',
    tag: 'event rules',
    summary: 'One event rule',
    params: eventRuleParams,
    answers: { 200: { description: 'The rule', schema: eventRuleAnswer }, 404: error('No such rule') },
  },
  deleteEventRule: {
    method: 'DELETE',
    path: '/api/v1/event-rules/{ruleId}',
    tag: 'event rules',
    summary: 'Deletes an event rule; deliveries already due are still sent',
    params: eventRuleParams,
    headers: [IF_MATCH],
    answers: { 204: { description: 'Deleted', schema: null }, ...BAD, ...CHANGE },
  },
  listEventRules: {
    method: 'GET',
    path: '/api/v1/event-rules',
    tag: 'event rules',
    summary: 'Event rules in order of id',
    query: eventRuleListQuery,
    answers: { 200: { description: 'A page', schema: eventRuleList }, ...BAD },
  },
  enableEventRule: {
    method: 'POST',
    path: '/api/v1/event-rules/{ruleId}/enable',
    tag: 'event rules',
    summary: 'Enables an event rule',
    params: eventRuleParams,
    headers: [IF_MATCH],
    answers: { 200: { description: 'The rule', schema: eventRuleAnswer }, ...BAD, ...CHANGE },
  },
  disableEventRule: {
    method: 'POST',
    path: '/api/v1/event-rules/{ruleId}/disable',
    tag: 'event rules',
    summary: 'Disables an event rule',
    params: eventRuleParams,
    headers: [IF_MATCH],
    answers: { 200: { description: 'The rule', schema: eventRuleAnswer }, ...BAD, ...CHANGE },
  },
} as const satisfies Record<string, Operation>;
