import {
  contactAnswer,
  contactGroupAnswer,
  contactGroupInput,
  contactGroupList,
  contactInput,
  contactList,
  contactListQuery,
  contactParams,
} from './contact.ts';
import { errorAnswer } from './error-answer.ts';
import type { Operation, OperationAnswer } from './operation.ts';

const error = (description: string): OperationAnswer => ({ description, schema: errorAnswer });
const BAD = { 400: error('Something in the request is wrong; error.field and error.hint say what') };
const IF_MATCH = {
  name: 'If-Match',
  description: 'The version that must be stored, as in the ETag: "1234"; * for any',
};
const CONDITIONS = [IF_MATCH, { name: 'If-None-Match', description: '* : only if there is none of this name' }];
const CHANGED = { 412: error('Not at the required version; error.currentVersion is') };
const NOT_DURABLE = { 503: error('Not durable; nothing changed') };

/** Contacts and contact groups; part of the operations that the server serves. */
export const CONTACT_OPERATIONS = {
  putContact: {
    method: 'PUT',
    path: '/api/v1/contacts/{name}',
    tag: 'contacts',
    summary: 'Creates or replaces a contact; the next notification goes to what it is then',
    params: contactParams,
    headers: CONDITIONS,
    body: contactInput,
    answers: {
      200: { description: 'Replaced, or equal to what was stored', schema: contactAnswer },
      201: { description: 'Created', schema: contactAnswer },
      ...BAD,
      409: error('As many contacts as allowed'),
      ...CHANGED,
      ...NOT_DURABLE,
    },
  },
  getContact: {
    method: 'GET',
    path: '/api/v1/contacts/{name}',
    tag: 'contacts',
    summary: 'One contact, its secret masked',
    params: contactParams,
    answers: { 200: { description: 'The contact', schema: contactAnswer }, 404: error('No such contact') },
  },
  deleteContact: {
    method: 'DELETE',
    path: '/api/v1/contacts/{name}',
    tag: 'contacts',
    summary: 'Deletes a contact and takes it out of its groups; what is on its way is still sent',
    params: contactParams,
    headers: [IF_MATCH],
    answers: {
      204: { description: 'Deleted', schema: null },
      ...BAD,
      404: error('No such contact'),
      ...CHANGED,
      ...NOT_DURABLE,
    },
  },
  listContacts: {
    method: 'GET',
    path: '/api/v1/contacts',
    tag: 'contacts',
    summary: 'Contacts in order of name',
    query: contactListQuery,
    answers: { 200: { description: 'A page', schema: contactList }, ...BAD },
  },
  putContactGroup: {
    method: 'PUT',
    path: '/api/v1/contact-groups/{name}',
    tag: 'contacts',
    summary: 'Creates or replaces a contact group',
    params: contactParams,
    headers: CONDITIONS,
    body: contactGroupInput,
    answers: {
      200: { description: 'Replaced, or equal to what was stored', schema: contactGroupAnswer },
      201: { description: 'Created', schema: contactGroupAnswer },
      ...BAD,
      409: error('As many contact groups as allowed'),
      ...CHANGED,
      ...NOT_DURABLE,
    },
  },
  getContactGroup: {
    method: 'GET',
    path: '/api/v1/contact-groups/{name}',
    tag: 'contacts',
    summary: 'One contact group',
    params: contactParams,
    answers: { 200: { description: 'The group', schema: contactGroupAnswer }, 404: error('No such contact group') },
  },
  deleteContactGroup: {
    method: 'DELETE',
    path: '/api/v1/contact-groups/{name}',
    tag: 'contacts',
    summary: 'Deletes a contact group; its contacts stay, and rules that name it say so in their warnings',
    params: contactParams,
    headers: [IF_MATCH],
    answers: {
      204: { description: 'Deleted', schema: null },
      ...BAD,
      404: error('No such contact group'),
      ...CHANGED,
      ...NOT_DURABLE,
    },
  },
  listContactGroups: {
    method: 'GET',
    path: '/api/v1/contact-groups',
    tag: 'contacts',
    summary: 'Contact groups in order of name',
    query: contactListQuery,
    answers: { 200: { description: 'A page', schema: contactGroupList }, ...BAD },
  },
} as const satisfies Record<string, Operation>;
