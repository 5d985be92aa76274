/**
 * UTF-8 in both directions, because the ES library alone has none and core may not use Node or the DOM. Both follow
 * the WHATWG Encoding Standard: a lone surrogate becomes U+FFFD when encoding, and each maximal part of an ill-formed
 * sequence becomes one U+FFFD when decoding. Property-tested against TextEncoder and TextDecoder.
 */
export function encodeUtf8(text: string): Uint8Array {
  // Callback bodies are almost always ASCII: one byte per code unit, found out on the way.
  const ascii = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encodeAny(text);
    ascii[i] = unit;
  }
  return ascii;
}

function encodeAny(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text.toWellFormed()) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) {
      bytes[length++] = point;
      continue;
    }
    if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[length++] = 0xe0 | (point >> 12);
      } else {
        bytes[length++] = 0xf0 | (point >> 18);
        bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[length++] = 0x80 | (point & 0x3f);
  }
  return bytes.slice(0, length);
}

const REPLACEMENT = '\ufffd';

/** Never fails; a byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      parts.push(String.fromCharCode(lead));
      at++;
      continue;
    }
    const { needed, lower, upper } = sequenceOf(lead);
    let point = lead & (0x3f >> needed);
    let read = 0;
    while (read < needed) {
      const next = bytes[at + 1 + read];
      if (next === undefined || next < (read === 0 ? lower : 0x80) || next > (read === 0 ? upper : 0xbf)) break;
      point = (point << 6) | (next & 0x3f);
      read++;
    }
    parts.push(needed > 0 && read === needed ? String.fromCodePoint(point) : REPLACEMENT);
    at += 1 + read;
  }
  return parts.join('');
}

/** Continuation bytes a lead byte asks for, and the bounds of the first one (no overlong forms, no surrogates). */
function sequenceOf(lead: number): { needed: number; lower: number; upper: number } {
  if (lead >= 0xc2 && lead <= 0xdf) return { needed: 1, lower: 0x80, upper: 0xbf };
  if (lead >= 0xe0 && lead <= 0xef) {
    return { needed: 2, lower: lead === 0xe0 ? 0xa0 : 0x80, upper: lead === 0xed ? 0x9f : 0xbf };
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return { needed: 3, lower: lead === 0xf0 ? 0x90 : 0x80, upper: lead === 0xf4 ? 0x8f : 0xbf };
  }
  return { needed: 0, lower: 0x80, upper: 0xbf };
}
