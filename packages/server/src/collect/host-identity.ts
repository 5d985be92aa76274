/**
 * `host-` and the host name, as a dimension's value can be: people write it in rules, so it is the name they know and
 * not a machine id. Where host names change, as in containers, `--instance-id` is the answer.
 */
export function instanceIdOf(hostname: string): string {
  const safe = hostname
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 123);
  return `host-${safe === '' ? 'unnamed' : safe}`;
}
