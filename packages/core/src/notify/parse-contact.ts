import type { Problem } from '../contract/problem.ts';
import { suggestion } from '../metric/closest-name.ts';
import { isObject, kindOf, nameFault } from '../metric/text-size.ts';
import { type Findings, found, RULE_LIMITS } from '../rule/parse-rule-fields.ts';
import type { Contact, ContactGroup, ContactRobot } from './contact.ts';
import { emailFault } from './email-address.ts';
import { isMaskedSecret, isRobotSecret } from './robot-secret.ts';
import { isCutEndpoint } from './shown-endpoint.ts';

export interface ParseContactOptions {
  /** Whether the deployment lets this URL be called; what it finds becomes a problem of field `dingtalk.webhook`. */
  readonly checkWebhook: (url: string) => Problem | null;
}

type Parsed<K extends string, T> = { readonly [key in K]: T } | { readonly problems: readonly [Problem, ...Problem[]] };

export const CONTACT_FIELDS = ['email', 'dingtalk'] as const;
export const CONTACT_GROUP_FIELDS = ['contacts'] as const;
/** Fields that answers carry beside these: ignored on the way in, so that what was read can be edited and written back. */
const READ_ONLY_FIELDS = ['account', 'version', 'createdAt', 'updatedAt', 'warnings'] as const;
const MEMBERS_MAX = 1000;

/**
 * A contact as written by people or programs → one that can be stored, or everything that is wrong with it. Its secret
 * may be a masked one ({@link ./robot-secret.ts}): whoever stores it puts the known one in its place.
 */
export function parseContact(
  account: string,
  name: string,
  input: unknown,
  options: ParseContactOptions,
): Parsed<'contact', Omit<Contact, 'createdAt' | 'updatedAt'>> {
  const findings: Findings = { problems: [] };
  const fields = readFields(findings, { what: 'contact', name, input, known: CONTACT_FIELDS });
  const email = readEmail(findings, fields.email);
  const dingtalk = readRobot(findings, fields.dingtalk, options);
  if (email === null && dingtalk === null) {
    found(findings, 'contact_channel_missing', {
      message: 'The contact has neither an e-mail address nor a DingTalk robot.',
      hint: 'Give "email": "ops@example.com", or "dingtalk": {"webhook": "https://…", "secret": "SEC…"}, or both.',
    });
  }
  return findings.problems.length > 0 ? failed(findings) : { contact: { account, name, email, dingtalk } };
}

/** Likewise for a group. Members need not exist: who stores it says which do not. */
export function parseContactGroup(account: string, name: string, input: unknown): Parsed<'group', ContactGroup> {
  const findings: Findings = { problems: [] };
  const fields = readFields(findings, { what: 'contact group', name, input, known: CONTACT_GROUP_FIELDS });
  const contacts = readMembers(findings, fields.contacts);
  return findings.problems.length > 0 ? failed(findings) : { group: { account, name, contacts } };
}

const failed = (findings: Findings): { readonly problems: readonly [Problem, ...Problem[]] } => ({
  problems: findings.problems as [Problem, ...Problem[]],
});

function readFields(
  findings: Findings,
  from: { what: 'contact' | 'contact group'; name: string; input: unknown; known: readonly string[] },
): Readonly<Record<string, unknown>> {
  const { what, name, input, known } = from;
  const fault = nameFault(name, RULE_LIMITS.nameBytes);
  if (fault !== null) {
    const hint = 'Any text of 1 to 255 bytes without control characters will do.';
    found(findings, 'contact_name_invalid', { field: 'name', message: `The name of the ${what} ${fault}.`, hint });
  }
  if (!isObject(input)) {
    const hint = `Send a JSON object with ${known.join(', ')}.`;
    found(findings, 'body_invalid', { message: `The ${what} is ${kindOf(input)}, not an object.`, hint });
    return {};
  }
  if (input.name !== undefined && input.name !== name) {
    const message = 'The name in the body is not the one in the path.';
    found(findings, 'contact_name_mismatch', { field: 'name', message, hint: 'Leave name out of the body.' });
  }
  const taken: readonly string[] = [...known, ...READ_ONLY_FIELDS, 'name'];
  unknownFields(findings, { fields: input, taken, hinted: known, where: `a ${what}`, prefix: '' });
  return input;
}

function unknownFields(
  findings: Findings,
  of: {
    fields: Readonly<Record<string, unknown>>;
    taken: readonly string[];
    hinted: readonly string[];
    where: string;
    prefix: string;
  },
): void {
  for (const field of Object.keys(of.fields).filter((each) => !of.taken.includes(each))) {
    const shown = field.slice(0, 64);
    found(findings, 'contact_field_unknown', {
      field: `${of.prefix}${shown}`,
      message: `There is no field "${shown}" in ${of.where}.`,
      hint: suggestion(field, of.hinted),
    });
  }
}

function readEmail(findings: Findings, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const fault = typeof value === 'string' ? emailFault(value) : `is ${kindOf(value)}, not a text`;
  if (fault !== null) {
    const hint = 'Write one address: ops@example.com; null for none. A second mailbox is a contact of its own.';
    found(findings, 'contact_email_invalid', { field: 'email', message: `The e-mail address ${fault}.`, hint });
  }
  return value as string;
}

function readRobot(findings: Findings, value: unknown, options: ParseContactOptions): ContactRobot | null {
  if (value === undefined || value === null) return null;
  const { webhook, secret = null } = isObject(value) ? value : {};
  if (!isObject(value) || typeof webhook !== 'string' || webhook === '') {
    found(findings, 'contact_dingtalk_invalid', {
      field: isObject(value) ? 'dingtalk.webhook' : 'dingtalk',
      message: isObject(value) ? 'The DingTalk robot has no webhook URL.' : `dingtalk is ${kindOf(value)}.`,
      hint: 'Write {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=…", "secret": "SEC…"}; null for none.',
    });
  } else {
    // As answers show it: it stands for the stored one, which was checked.
    const problem = isCutEndpoint(webhook) ? null : options.checkWebhook(webhook);
    // The words of callbacks fit but for the first.
    if (problem !== null) {
      const message = problem.message.replace(/^The callback\b/, "The robot's webhook");
      findings.problems.push({ ...problem, message, field: 'dingtalk.webhook' });
    }
  }
  const known = ['webhook', 'secret'];
  const fields = isObject(value) ? value : {};
  unknownFields(findings, { fields, taken: known, hinted: known, where: 'a robot', prefix: 'dingtalk.' });
  if (secret !== null && !(typeof secret === 'string' && (isRobotSecret(secret) || isMaskedSecret(secret)))) {
    found(findings, 'contact_dingtalk_invalid', {
      field: 'dingtalk.secret',
      message:
        typeof secret === 'string' ? 'The secret of the robot does not look like one.' : 'The secret is no text.',
      hint: 'Copy it from the robot\'s security settings, "Additional signature": it begins with SEC. null for none.',
    });
  }
  return { webhook: webhook as string, secret: secret as string | null };
}

function readMembers(findings: Findings, value: unknown): readonly string[] {
  const bad = (field: string, message: string): void =>
    found(findings, 'contact_group_invalid', { field, message, hint: 'Write a list of names: ["ada", "bob"].' });
  if (!Array.isArray(value)) {
    bad('contacts', `contacts is ${kindOf(value)}, not a list.`);
    return [];
  }
  if (value.length > MEMBERS_MAX) bad('contacts', `contacts has more than ${MEMBERS_MAX} names.`);
  value.slice(0, MEMBERS_MAX).forEach((name: unknown, index) => {
    const fault = nameFault(name, RULE_LIMITS.nameBytes);
    if (fault !== null) bad(`contacts[${index}]`, `The name contacts[${index}] ${fault}.`);
  });
  return [...new Set(value as string[])];
}
