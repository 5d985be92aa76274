import type { Problem } from '@cloudbell/core/contract/problem.ts';
import { EVENT_RULE_FIELDS, parseEventRule } from '@cloudbell/core/event/parse-event-rule.ts';
import { WIDEST_NAME_LIMITS } from '@cloudbell/core/metric/dimension-rules.ts';
import type { ContactGroup, ContactRobot } from '@cloudbell/core/notify/contact.ts';
import type { EndpointAuth } from '@cloudbell/core/notify/endpoint-settings.ts';
import { isMasked, masked } from '@cloudbell/core/notify/masked-secret.ts';
import {
  CONTACT_FIELDS,
  CONTACT_GROUP_FIELDS,
  parseContact,
  parseContactGroup,
} from '@cloudbell/core/notify/parse-contact.ts';
import { ENDPOINT_SETTINGS_FIELDS, parseEndpointSettings } from '@cloudbell/core/notify/parse-endpoint-settings.ts';
import { isMaskedSecret, maskSecret } from '@cloudbell/core/notify/robot-secret.ts';
import { isCutEndpoint, shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import { parseRule, RULE_FIELDS } from '@cloudbell/core/rule/parse-rule.ts';

/** What a thing says, by field: every default filled in, secrets masked, without what the server adds. */
export type Fields = Readonly<Record<string, unknown>>;

/** One kind of thing that files hold: all that `rules apply` and `rules export` know of it. */
export interface Kind {
  /** Of a file. */
  readonly section: string;
  readonly noun: string;
  /** Of its list; one of them is below it, by its id. */
  readonly path: string;
  readonly idField: 'name' | 'ruleId';
  /** In the order they are written in. */
  readonly fields: readonly string[];
  /** Written even where they are as they would be anyway. */
  readonly required: readonly string[];
  /** Finds everything the server would refuse, but for what only the server knows. */
  readonly parse: (
    id: string,
    input: unknown,
  ) => { readonly fields: Fields } | { readonly problems: readonly Problem[] };
  /** Of what was parsed, and of what the server answers, in one form, so that the two can be compared and shown. */
  readonly fieldsOf: (thing: object) => Fields;
  /** Where a file writes something shorter than its fields. */
  readonly short?: { readonly read: (written: unknown) => unknown; readonly write: (fields: Fields) => unknown };
  /** Why what is written cannot follow on what is stored; null when it can. */
  readonly conflict?: (input: Fields, present: Fields | null) => string | null;
}

/** Takes what any deployment could: allowed addresses, numbers and limits are the server's to check. */
const ANY_SERVER = { checkWebhook: () => null, limits: WIDEST_NAME_LIMITS };

/** Those of `known` that the thing has: it may have members that this version does not know. */
const only = (known: readonly string[], thing: object): Fields =>
  Object.fromEntries(
    known.filter((field) => Object.hasOwn(thing, field)).map((field) => [field, (thing as Fields)[field]]),
  );

const CONTACTS: Kind = {
  section: 'contacts',
  noun: 'contact',
  path: '/api/v1/contacts',
  idField: 'name',
  fields: CONTACT_FIELDS,
  required: [],
  parse: (id, input) => {
    const parsed = parseContact('', id, input, ANY_SERVER);
    return 'contact' in parsed ? { fields: CONTACTS.fieldsOf(parsed.contact) } : parsed;
  },
  // The server never tells a secret, and a terminal should not either: two are compared by what a mask leaves.
  fieldsOf: (thing) => {
    const fields = only(CONTACT_FIELDS, thing);
    const robot = fields.dingtalk as Partial<ContactRobot> | null | undefined;
    if (robot == null) return fields;
    const secret = robot.secret == null ? {} : { secret: maskSecret(robot.secret) };
    const webhook = robot.webhook === undefined ? {} : { webhook: shownEndpoint(robot.webhook) };
    return { ...fields, dingtalk: { ...robot, ...webhook, ...secret } };
  },
  // Nothing has to be written for what a contact has not.
  short: {
    read: (written) => written,
    write: ({ email, dingtalk }) => ({ ...(email === null ? {} : { email }), ...shortRobot(dingtalk) }),
  },
  conflict: (input, present) => {
    const { webhook, secret } = (input.dingtalk as ContactRobot | null | undefined) ?? {};
    const robot = present?.dingtalk as ContactRobot | null | undefined;
    const stored = robot?.secret;
    if (typeof webhook === 'string' && isCutEndpoint(webhook) && webhook !== robot?.webhook)
      return `dingtalk.webhook is shortened, and is not that of the stored contact. Write the whole one, or \${NAME} to take it from the environment.`;
    if (typeof secret !== 'string' || !isMaskedSecret(secret) || secret === stored) return null;
    return `dingtalk.secret is masked, and is not that of the stored contact. Write the whole one, or \${NAME} to take it from the environment.`;
  },
};

function shortRobot(robot: unknown): object {
  if (robot === null || robot === undefined) return {};
  const { webhook, secret } = robot as ContactRobot;
  return { dingtalk: secret === null ? { webhook } : { webhook, secret } };
}

const CONTACT_GROUPS: Kind = {
  section: 'contactGroups',
  noun: 'contact group',
  path: '/api/v1/contact-groups',
  idField: 'name',
  fields: CONTACT_GROUP_FIELDS,
  required: CONTACT_GROUP_FIELDS,
  parse: (id, input) => {
    const parsed = parseContactGroup('', id, input);
    return 'group' in parsed ? { fields: CONTACT_GROUPS.fieldsOf(parsed.group) } : parsed;
  },
  fieldsOf: (thing) => ({ contacts: [...(thing as ContactGroup).contacts].sort() }),
  short: { read: (written) => ({ contacts: written }), write: ({ contacts }) => contacts },
};

const RULES: Kind = {
  section: 'rules',
  noun: 'rule',
  path: '/api/v1/rules',
  idField: 'ruleId',
  fields: RULE_FIELDS,
  required: ['namespace', 'metricName', 'period', 'escalations'],
  parse: (id, input) => {
    const parsed = parseRule('', id, input, ANY_SERVER);
    return 'rule' in parsed ? { fields: RULES.fieldsOf(parsed.rule) } : parsed;
  },
  fieldsOf: (thing) => only(RULE_FIELDS, thing),
  // What a viewer exports is shortened and leads nowhere: nothing of such a file may replace a callback.
  conflict: ({ webhook }, present) =>
    typeof webhook !== 'string' || !isCutEndpoint(webhook) || webhook === present?.webhook
      ? null
      : `webhook is shortened, as viewers are shown it. Export with the access key of an editor, or write the whole one, or \${NAME} to take it from the environment.`,
};

const EVENT_RULES: Kind = {
  section: 'eventRules',
  noun: 'event rule',
  path: '/api/v1/event-rules',
  idField: 'ruleId',
  fields: EVENT_RULE_FIELDS,
  required: [],
  parse: (id, input) => {
    const parsed = parseEventRule('', id, input);
    return 'rule' in parsed ? { fields: EVENT_RULES.fieldsOf(parsed.rule) } : parsed;
  },
  fieldsOf: (thing) => only(EVENT_RULE_FIELDS, thing),
};

const ENDPOINTS: Kind = {
  section: 'endpoints',
  noun: 'endpoint settings',
  path: '/api/v1/endpoint-settings',
  idField: 'name',
  fields: ENDPOINT_SETTINGS_FIELDS,
  required: ['endpoint'],
  parse: (id, input) => {
    const parsed = parseEndpointSettings('', id, input, ANY_SERVER);
    return 'settings' in parsed ? { fields: ENDPOINTS.fieldsOf(parsed.settings) } : parsed;
  },
  fieldsOf: (thing) => {
    const fields = only(ENDPOINT_SETTINGS_FIELDS, thing);
    const { endpoint, headers, auth, signingSecret } = fields as Partial<EndpointFields>;
    return {
      ...fields,
      ...(endpoint === undefined ? {} : { endpoint: shownEndpoint(endpoint) }),
      ...(headers === undefined
        ? {}
        : { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)])) }),
      ...(auth == null ? {} : { auth: maskedAuth(auth) }),
      ...(signingSecret == null ? {} : { signingSecret: masked(signingSecret) }),
    };
  },
  conflict: (input, present) => {
    const { endpoint } = input as unknown as EndpointFields;
    const stored = present as EndpointFields | null;
    const isSame = stored !== null && shownEndpoint(endpoint) === stored.endpoint;
    if (isCutEndpoint(endpoint) && !isSame)
      return 'endpoint is shortened, and is not that of the stored settings. Write the whole one.';
    const known = isSame ? secretsIn(stored) : {};
    const unknown = Object.entries(secretsIn(input as unknown as EndpointFields)).find(
      ([field, secret]) => isMasked(secret) && known[field] !== secret,
    );
    if (unknown === undefined) return null;
    return `${unknown[0]} is masked, and is not that of the stored settings of this endpoint. Write the whole one, or \${NAME} to take it from the environment.`;
  },
};

interface EndpointFields {
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly auth?: EndpointAuth | null;
  readonly signingSecret?: string | null;
}

const maskedAuth = (auth: EndpointAuth): EndpointAuth =>
  auth.type === 'basic' ? { ...auth, password: masked(auth.password) } : { ...auth, token: masked(auth.token) };

function secretsIn({ headers = {}, auth, signingSecret }: EndpointFields): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`headers.${name}`, value])),
    ...(auth == null ? {} : auth.type === 'basic' ? { 'auth.password': auth.password } : { 'auth.token': auth.token }),
    ...(signingSecret == null ? {} : { signingSecret }),
  };
}

/** What names another stands after it: things are made in this order, and deleted in the opposite one. */
export const KINDS: readonly Kind[] = [CONTACTS, CONTACT_GROUPS, ENDPOINTS, RULES, EVENT_RULES];
