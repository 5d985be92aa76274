import { isIP } from 'node:net';
import { DURATION_EXAMPLES, durationMs, durationText } from '../base/duration.ts';
import { parseMasterKey } from '../base/sealing.ts';

/**
 * The kinds of option values. Each reads the same text whether it came from a flag, the environment or the file, and
 * answers the value or one sentence saying what is wrong (`RefusedText`); none throws.
 */
export interface OptionType<T> {
  /** What `--help` writes after the flag. */
  readonly placeholder: string;
  readonly parse: (text: string) => T | RefusedText;
}

/** Why a text was refused: the rest of the sentence `<option>: "<text>" …`. */
export class RefusedText {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

const refuse = (reason: string): RefusedText => new RefusedText(reason);

export const text: OptionType<string> = {
  placeholder: 'TEXT',
  parse: (given) => (given === '' ? refuse('is empty') : given),
};

export const longText = (min: number, max: number): OptionType<string> => ({
  placeholder: 'TEXT',
  parse: (given) =>
    given.length < min
      ? refuse(`has fewer than ${min} characters`)
      : given.length > max
        ? refuse(`has more than ${max} characters`)
        : given,
});

export const path: OptionType<string> = {
  placeholder: 'PATH',
  parse: (given) => (given === '' ? refuse('is empty') : given.includes('\0') ? refuse('is not a path') : given),
};

/** Text that must look like `pattern`; `form` says so in words. */
export const matching = (placeholder: string, pattern: RegExp, form: string): OptionType<string> => ({
  placeholder,
  parse: (given) => (pattern.test(given) ? given : refuse(`is not ${form}`)),
});

export const oneOf = <const C extends readonly string[]>(choices: C): OptionType<C[number]> => ({
  placeholder: choices.join('|'),
  parse: (given) => (choices.includes(given) ? given : refuse(`is not one of ${choices.join(', ')}`)),
});

export const integer = (min: number, max: number = Number.MAX_SAFE_INTEGER): OptionType<number> => ({
  placeholder: 'NUMBER',
  parse: (given) => {
    if (!/^\d[\d_]*$/.test(given)) return refuse('is not a whole number');
    return within(Number(given.replaceAll('_', '')), { min, max, show: String });
  },
});

const BYTE_UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** `16777216`, `64KiB`, `16MiB`. */
export const bytes = (min: number, max: number = Number.MAX_SAFE_INTEGER): OptionType<number> => ({
  placeholder: 'BYTES',
  parse: (given) => {
    const match = /^(\d+) ?(|B|KiB|MiB|GiB)$/.exec(given);
    if (match === null) return refuse('is not a size like 65536, 64KiB or 16MiB');
    return within(Number(match[1]) * (BYTE_UNITS[match[2] ?? ''] ?? 1), { min, max, show: (n) => `${n} bytes` });
  },
});

/** `500ms`, `15s`, `10m`, `1h30m`, `7d`; the value is in ms. A bare number has no unit and is refused. */
export const duration = (minMs: number, maxMs: number): OptionType<number> => ({
  placeholder: 'DURATION',
  parse: (given) => {
    const ms = durationMs(given);
    if (ms === null) return refuse(`is not a duration like ${DURATION_EXAMPLES}`);
    return within(ms, { min: minMs, max: maxMs, show: durationText });
  },
});

function within(
  value: number,
  limits: { readonly min: number; readonly max: number; readonly show: (value: number) => string },
): number | RefusedText {
  if (value < limits.min) return refuse(`is less than the least allowed, ${limits.show(limits.min)}`);
  if (value > limits.max) return refuse(`is more than the most allowed, ${limits.show(limits.max)}`);
  return value;
}

const SWITCH: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  '1': true,
  off: false,
  false: false,
  no: false,
  '0': false,
};

export const onOff: OptionType<boolean> = {
  placeholder: 'on|off',
  parse: (given) => (Object.hasOwn(SWITCH, given) ? (SWITCH[given] ?? false) : refuse('is not on or off')),
};

export interface HostPort {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** `127.0.0.1:8190`, `[::1]:8190`, `localhost:8190`; IPv6 in brackets, as in a URL. */
export const hostPort: OptionType<HostPort> = {
  placeholder: 'HOST:PORT',
  parse: (given) => {
    const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/.exec(given);
    if (match === null) return refuse('is not HOST:PORT, like 127.0.0.1:8190 or [::1]:8190');
    const [, v6, name, portText] = match;
    if (v6 !== undefined && isIP(v6) !== 6) return refuse('has no IPv6 address between its brackets');
    if (name !== undefined && /^[\d.]+$/.test(name) && isIP(name) !== 4) return refuse('has no valid IPv4 address');
    const port = Number(portText);
    return port > 65_535 ? refuse('has a port above 65535') : { host: v6 ?? name ?? '', port };
  },
};

export const timeZone: OptionType<string> = {
  placeholder: 'ZONE',
  parse: (given) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
    } catch {
      return refuse('is not an IANA time zone like Europe/Berlin or UTC');
    }
  },
};

/** An http(s) URL without credentials, query or fragment; the value has no slash at its end. */
export const baseUrl: OptionType<string> = {
  placeholder: 'URL',
  parse: (given) => {
    const url = URL.parse(given);
    if (url === null || !/^https?:$/.test(url.protocol)) return refuse('is not an http or https URL');
    if (url.username !== '' || url.password !== '') return refuse('holds credentials');
    if (url.search !== '' || url.hash !== '') return refuse('has a query or a fragment');
    return url.href.replace(/\/+$/, '');
  },
};

/** `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks asks for. */
export const signingSecret: OptionType<string> = {
  placeholder: 'SECRET',
  parse: (given) => {
    const match = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(given);
    const decoded = Buffer.from(match?.[1] ?? '', 'base64');
    if (match === null || decoded.toString('base64') !== match[1] || decoded.length < 24 || decoded.length > 64) {
      return refuse('is not whsec_ followed by base64 of 24 to 64 bytes');
    }
    return given;
  },
};

/** What secrets in the store are sealed with. */
export const masterKey: OptionType<string> = {
  placeholder: 'KEY',
  parse: (given) => (parseMasterKey(given) === null ? refuse('is not 32 bytes in Base64 or hex') : given),
};

/** `private`, `loopback`, addresses and CIDRs between commas, or `none` alone; `none` is the empty list. */
export const addressList: OptionType<readonly string[]> = {
  placeholder: 'LIST',
  parse: (given) => {
    const entries = given.split(',').map((entry) => entry.trim());
    if (entries.includes('none')) return entries.length === 1 ? [] : refuse('has "none" beside other entries');
    const wrong = entries.find((entry) => entry !== 'private' && entry !== 'loopback' && !isCidr(entry));
    if (wrong === undefined) return [...new Set(entries.map(withPrefix))];
    return refuse(`has "${wrong}", which is not private, loopback, none, an address or a CIDR like 192.0.2.0/24`);
  },
};

function isCidr(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

function withPrefix(entry: string): string {
  const version = isIP(entry);
  return version === 0 ? entry : `${entry}/${version === 4 ? 32 : 128}`;
}
