/** A snappy block of literals: valid, and not compressed. */
export function snappy(data: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let rest = data.length; ; rest >>>= 7) {
    bytes.push(rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest);
    if (rest < 0x80) break;
  }
  for (let at = 0; at < data.length; at += 60) {
    const chunk = data.subarray(at, at + 60);
    bytes.push((chunk.length - 1) << 2, ...chunk);
  }
  return Uint8Array.from(bytes);
}
