import { hasControlCharacter, utf8Bytes } from '../metric/text-size.ts';

/** RFC 5321: 64 bytes before the @, 254 in all. */
const LOCAL_BYTES_MAX = 64;
const ADDRESS_BYTES_MAX = 254;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/**
 * What makes a text no plausible e-mail address, as a continuation of "the address …"; null when nothing does. Whether
 * there is such a mailbox only its server knows. Quoted local parts and address literals are not taken: nobody has
 * one, and the characters they need are those that forge headers. A domain of one label is: `root@localhost`.
 */
export function emailFault(text: string): string | null {
  if (/[\s<>()[\]\\,;:"]/.test(text) || hasControlCharacter(text)) {
    return 'holds a space or one of <>()[]\\,;:" (write the bare address, without a name)';
  }
  if (!text.isWellFormed()) return 'holds half of a surrogate pair';
  const parts = text.split('@');
  const [local = '', domain = ''] = parts;
  if (parts.length !== 2 || local === '' || domain === '') return 'is not of the form name@domain';
  if (utf8Bytes(local) > LOCAL_BYTES_MAX) return `has more than ${LOCAL_BYTES_MAX} bytes before the @`;
  if (utf8Bytes(text) > ADDRESS_BYTES_MAX) return `has more than ${ADDRESS_BYTES_MAX} bytes`;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return 'has a misplaced dot before the @';
  const labels = domain.split('.');
  if (!labels.every((label) => LABEL.test(label))) return 'has a domain that is none';
  return labels.length > 1 && /^\d+$/.test(labels.at(-1) ?? '') ? 'has a domain that is none' : null;
}
