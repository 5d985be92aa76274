import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';
import { meAnswer } from './standing.ts';
import {
  accessKeyInput,
  accessKeyList,
  accessKeyListQuery,
  accessKeyParams,
  newAccessKeyAnswer,
  passwordInput,
  sessionList,
  sessionParams,
  signInInput,
  userAnswer,
  userInput,
  userList,
  userListQuery,
  userParams,
} from './user.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const NOT_DURABLE = { 503: error('Not durable; nothing changed') };
const THROTTLED = { 429: error('Too many wrong passwords; Retry-After says when to try again') };

/** Who may come in, and as what; part of the operations that the server serves. */
export const USER_OPERATIONS = {
  putUser: {
    method: 'PUT',
    path: '/api/v1/users/{name}',
    tag: 'users',
    summary: 'Creates or changes a user; a new password or role, or disabling, ends the user’s sessions',
    params: userParams,
    headers: [{ name: 'If-None-Match', description: '* : only if there is no such user' }],
    body: userInput,
    answers: {
      200: { description: 'Changed, or equal to what was stored', schema: userAnswer },
      201: { description: 'Created', schema: userAnswer },
      ...BAD,
      409: error('The last admin, a name that is taken (If-None-Match), or as many users as allowed'),
      ...NOT_DURABLE,
    },
  },
  getUser: {
    method: 'GET',
    path: '/api/v1/users/{name}',
    tag: 'users',
    summary: 'One user',
    params: userParams,
    answers: { 200: { description: 'The user', schema: userAnswer }, 404: error('No such user') },
  },
  deleteUser: {
    method: 'DELETE',
    path: '/api/v1/users/{name}',
    tag: 'users',
    summary: 'Deletes a user and ends the user’s sessions',
    params: userParams,
    answers: {
      204: { description: 'Deleted', schema: null },
      404: error('No such user'),
      409: error('The last admin'),
      ...NOT_DURABLE,
    },
  },
  listUsers: {
    method: 'GET',
    path: '/api/v1/users',
    tag: 'users',
    summary: 'Users in order of name',
    query: userListQuery,
    answers: { 200: { description: 'A page', schema: userList }, ...BAD },
  },
  endSessionsOfUser: {
    method: 'DELETE',
    path: '/api/v1/users/{name}/sessions',
    tag: 'users',
    summary: 'Signs a user out everywhere',
    params: userParams,
    answers: { 204: { description: 'Ended', schema: null }, 404: error('No such user'), ...NOT_DURABLE },
  },
  createAccessKey: {
    method: 'POST',
    path: '/api/v1/access-keys',
    tag: 'users',
    summary: 'Makes an access key; its secret is told in this answer and never again',
    body: accessKeyInput,
    answers: {
      201: { description: 'The key, with its secret', schema: newAccessKeyAnswer },
      ...BAD,
      409: error('As many access keys as allowed'),
      ...NOT_DURABLE,
    },
  },
  listAccessKeys: {
    method: 'GET',
    path: '/api/v1/access-keys',
    tag: 'users',
    summary: 'Access keys in order of id, without their secrets',
    query: accessKeyListQuery,
    answers: { 200: { description: 'A page', schema: accessKeyList }, ...BAD },
  },
  deleteAccessKey: {
    method: 'DELETE',
    path: '/api/v1/access-keys/{accessKeyId}',
    tag: 'users',
    summary: 'Deletes an access key: it lets nobody in any more',
    params: accessKeyParams,
    answers: { 204: { description: 'Deleted', schema: null }, 404: error('No such access key'), ...NOT_DURABLE },
  },
  changePassword: {
    method: 'PUT',
    path: '/api/v1/me/password',
    tag: 'session',
    summary: 'Changes one’s own password; other sessions of the user end',
    body: passwordInput,
    answers: { 204: { description: 'Changed', schema: null }, ...BAD, ...THROTTLED, ...NOT_DURABLE },
  },
  listSessions: {
    method: 'GET',
    path: '/api/v1/sessions',
    tag: 'session',
    summary: 'One’s own sessions, newest first; 100 at most',
    answers: { 200: { description: 'All of them', schema: sessionList } },
  },
  endSession: {
    method: 'DELETE',
    path: '/api/v1/sessions/{sessionId}',
    tag: 'session',
    summary: 'Ends one of one’s own sessions',
    params: sessionParams,
    answers: { 204: { description: 'Ended', schema: null }, 404: error('No such session'), ...NOT_DURABLE },
  },
  signInByPassword: {
    method: 'POST',
    path: '/api/v1/signin',
    tag: 'session',
    access: 'open',
    summary: 'Starts a session with user and password',
    body: signInInput,
    answers: {
      200: { description: 'Signed in; the cookie is set', schema: meAnswer },
      ...BAD,
      401: error('User or password is wrong'),
      ...THROTTLED,
      503: error('Too many credentials are being checked, or the session could not be stored'),
    },
  },
} as const satisfies Record<string, Operation>;
