import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseForm, serializeForm } from './form.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

// `binary` makes lone surrogates too.
const anyText = fc
  .string({ unit: 'binary' })
  .chain((text) => fc.constantFrom(text, `${text}\ud800`, `\udc00${text}`, `é${text} +&=%~*'()!`));

it('writes what URLSearchParams writes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, anyText)), (parameters) => {
      expect(serializeForm(parameters)).toBe(new URLSearchParams(parameters).toString());
    }),
  );
});

it('reads what URLSearchParams reads, well-formed or not', () => {
  // ASCII only: beside an ill-formed %XX, Node's own reader mangles characters that came unescaped.
  const bits = fc.constantFrom('a', '=', '&', '+', '%', '%4', '%41', '%e5%86', '%85', '%F0', '%zz', '?');
  fc.assert(
    fc.property(fc.array(bits), (parts) => {
      // A leading ? is dropped by the constructor, though not by the form format.
      const text = `k${parts.join('')}`;
      expect(parseForm(text)).toEqual([...new URLSearchParams(text)]);
    }),
    { numRuns: 500 },
  );
});

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, anyText)), (parameters) => {
      const wellFormed = parameters.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
      expect(parseForm(serializeForm(parameters))).toEqual(wellFormed);
    }),
  );
});

it('encodes UTF-8 as TextEncoder does', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(encodeUtf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)));
    }),
  );
});

it('decodes any bytes as TextDecoder does', () => {
  const reference = new TextDecoder('utf-8', { ignoreBOM: true });
  const lumpy = fc.constantFrom(
    0x41,
    0x80,
    0xbf,
    0xc1,
    0xc2,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
    0x9f,
    0xa0,
    0x90,
    0x8f,
    0xbb,
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(lumpy, fc.nat(255))), (bytes) => {
      expect(decodeUtf8(Uint8Array.from(bytes))).toBe(reference.decode(Uint8Array.from(bytes)));
    }),
    { numRuns: 2000 },
  );
});
