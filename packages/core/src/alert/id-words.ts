/** Ids of 128 bits, which texts show as 32 hex digits, as the four 32-bit words that a row of numbers has for one. */
export function wordsOfHex(hex: string): [number, number, number, number] {
  if (!/^[0-9a-f]{32}$/.test(hex)) throw new Error(`an id is 32 hex digits, not ${hex}`);
  const word = (at: number): number => Number.parseInt(hex.slice(at, at + 8), 16) | 0;
  return [word(0), word(8), word(16), word(24)];
}

export function hexOfWords(words: Int32Array, at: number): string {
  let hex = '';
  for (let i = at; i < at + 4; i++) hex += ((words[i] as number) >>> 0).toString(16).padStart(8, '0');
  return hex;
}
