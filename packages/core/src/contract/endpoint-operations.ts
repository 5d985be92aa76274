import { endpointList, endpointListQuery } from './endpoint.ts';
import {
  endpointSettingsAnswer,
  endpointSettingsInput,
  endpointSettingsList,
  endpointSettingsListQuery,
  endpointSettingsParams,
  rotateAnswer,
  rotateInput,
} from './endpoint-settings.ts';
import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const IF_MATCH = {
  name: 'If-Match',
  description: 'The version that must be stored, as in the ETag: "1234"; * for any',
};
const CONDITIONS = [IF_MATCH, { name: 'If-None-Match', description: '* : only if there are none of this name' }];
const NO_SUCH = { 404: error('No such endpoint settings') };
const CHANGED = { 412: error('Not at the required version; error.currentVersion is') };
const NOT_DURABLE = { 503: error('Not durable; nothing changed') };
const SETTINGS_PATH = '/api/v1/endpoint-settings/{name}';

export const ENDPOINT_OPERATIONS = {
  listEndpoints: {
    method: 'GET',
    path: '/api/v1/endpoints',
    tag: 'deliveries',
    summary: 'Where deliveries go, how each endpoint is doing, and what to do about those that fail',
    query: endpointListQuery,
    answers: {
      200: { description: 'The endpoints', schema: endpointList },
      400: { description: 'Something in the request is wrong; error.field says what', schema: errorAnswer },
    },
  },
  putEndpointSettings: {
    method: 'PUT',
    path: SETTINGS_PATH,
    tag: 'endpoint settings',
    summary: 'Creates or replaces what one callback URL wants otherwise; the next attempt is made by it',
    params: endpointSettingsParams,
    headers: CONDITIONS,
    body: endpointSettingsInput,
    answers: {
      200: { description: 'Replaced, or equal to what was stored', schema: endpointSettingsAnswer },
      201: { description: 'Created', schema: endpointSettingsAnswer },
      ...BAD,
      409: error('The endpoint has settings of another name, or there are as many as allowed'),
      ...CHANGED,
      ...NOT_DURABLE,
    },
  },
  getEndpointSettings: {
    method: 'GET',
    path: SETTINGS_PATH,
    tag: 'endpoint settings',
    summary: 'Settings of one endpoint, secrets masked',
    params: endpointSettingsParams,
    answers: { 200: { description: 'The settings', schema: endpointSettingsAnswer }, ...NO_SUCH },
  },
  deleteEndpointSettings: {
    method: 'DELETE',
    path: SETTINGS_PATH,
    tag: 'endpoint settings',
    summary: 'Deletes them: the endpoint is treated like every other',
    params: endpointSettingsParams,
    headers: [IF_MATCH],
    answers: { 204: { description: 'Deleted', schema: null }, ...BAD, ...NO_SUCH, ...CHANGED, ...NOT_DURABLE },
  },
  listEndpointSettings: {
    method: 'GET',
    path: '/api/v1/endpoint-settings',
    tag: 'endpoint settings',
    summary: 'Endpoint settings in order of name',
    query: endpointSettingsListQuery,
    answers: { 200: { description: 'A page', schema: endpointSettingsList }, ...BAD },
  },
  rotateSigningSecret: {
    method: 'POST',
    path: `${SETTINGS_PATH}/rotate`,
    tag: 'endpoint settings',
    summary: 'Begins a change of signing secret: the old and the new one are live, for a time',
    params: endpointSettingsParams,
    body: rotateInput,
    answers: {
      200: { description: 'The new secret, told this once', schema: rotateAnswer },
      ...BAD,
      ...NO_SUCH,
      409: error('A change is under way already'),
      ...NOT_DURABLE,
    },
  },
  promoteSigningSecret: {
    method: 'POST',
    path: `${SETTINGS_PATH}/promote`,
    tag: 'endpoint settings',
    summary: "Makes the new signing secret the one that the form's signature is made with, before the time is over",
    params: endpointSettingsParams,
    answers: {
      200: { description: 'The settings', schema: endpointSettingsAnswer },
      ...NO_SUCH,
      409: error('None waits to be promoted'),
      ...NOT_DURABLE,
    },
  },
} as const satisfies Record<string, Operation>;
