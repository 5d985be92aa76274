/**
 * MurmurHash3 (x86, 32 bits; Austin Appleby, public domain) over whole 32-bit words. Each step is a bijection of the
 * state and of the word, so any change confined to one word is certainly found; others with 1 − 2⁻³².
 * It guards against disks and cut-off files, not against people. `bytes.length` is a multiple of 4, and `bytes` is
 * aligned to 4.
 */
export function checksum(bytes: Uint8Array, from: number): number {
  const words = new Uint32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, (bytes.length - from) >>> 2);
  let hash = 0;
  for (let i = 0; i < words.length; i++) {
    let word = Math.imul(words[i] as number, 0xcc9e2d51);
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash ^= word;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= bytes.length - from;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
