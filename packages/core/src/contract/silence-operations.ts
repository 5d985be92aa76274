import { alertAnswer, alertParams } from './alert.ts';
import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';
import {
  acknowledgeInput,
  silenceAnswer,
  silenceChange,
  silenceInput,
  silenceList,
  silenceListQuery,
  silenceParams,
} from './silence.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const NOT_DURABLE = { 503: error('Not durable; nothing changed') };

/** Silences and acknowledgements; part of the operations that the server serves. */
export const SILENCE_OPERATIONS = {
  createSilence: {
    method: 'POST',
    path: '/api/v1/silences',
    tag: 'silences',
    summary: 'Holds notifications back for a time; answers when evaluation is bound to see it',
    body: silenceInput,
    answers: {
      201: { description: 'Created', schema: silenceAnswer },
      ...BAD,
      409: error('As many silences as allowed'),
      ...NOT_DURABLE,
    },
  },
  listSilences: {
    method: 'GET',
    path: '/api/v1/silences',
    tag: 'silences',
    summary: 'Silences, those that end last first',
    query: silenceListQuery,
    answers: { 200: { description: 'A page', schema: silenceList }, ...BAD },
  },
  getSilence: {
    method: 'GET',
    path: '/api/v1/silences/{silenceId}',
    tag: 'silences',
    summary: 'One silence',
    params: silenceParams,
    answers: { 200: { description: 'The silence', schema: silenceAnswer }, 404: error('No such silence') },
  },
  changeSilence: {
    method: 'PUT',
    path: '/api/v1/silences/{silenceId}',
    tag: 'silences',
    summary: 'Moves the end of a silence that is not over',
    params: silenceParams,
    body: silenceChange,
    answers: {
      200: { description: 'The silence', schema: silenceAnswer },
      ...BAD,
      404: error('No such silence'),
      409: error('It is over'),
      ...NOT_DURABLE,
    },
  },
  endSilence: {
    method: 'DELETE',
    path: '/api/v1/silences/{silenceId}',
    tag: 'silences',
    summary: 'Ends a silence now: what it held back is brought up to date',
    params: silenceParams,
    answers: { 204: { description: 'It is over', schema: null }, 404: error('No such silence'), ...NOT_DURABLE },
  },
  acknowledgeAlert: {
    method: 'POST',
    path: '/api/v1/alerts/{alertId}/acknowledge',
    tag: 'alerts',
    summary: 'Says that somebody knows: the alert is not repeated until it changes',
    params: alertParams,
    body: acknowledgeInput,
    answers: {
      200: { description: 'The alert', schema: alertAnswer },
      ...BAD,
      404: error('No such alert'),
      409: error('The alert is in order'),
      ...NOT_DURABLE,
    },
  },
  withdrawAcknowledgement: {
    method: 'DELETE',
    path: '/api/v1/alerts/{alertId}/acknowledge',
    tag: 'alerts',
    summary: 'Takes an acknowledgement back',
    params: alertParams,
    answers: { 200: { description: 'The alert', schema: alertAnswer }, 404: error('No such alert'), ...NOT_DURABLE },
  },
} as const satisfies Record<string, Operation>;
