import type { InterfaceTraffic } from './reading.ts';

/**
 * /proc/net/dev. Without the loopback, and without `veth…`: each container start makes one of a new name, and its
 * traffic is counted at the real interface too.
 */
export function parseProcNetDev(text: string): InterfaceTraffic[] {
  const interfaces: InterfaceTraffic[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*([^\s:]+(?::[^\s:]+)*):\s*(\d.*)$/.exec(line);
    const name = match?.[1];
    if (name === undefined || name === 'lo' || name.startsWith('veth')) continue;
    const columns = (match?.[2] ?? '').trim().split(/\s+/).map(Number);
    const [receivedBytes, sentBytes] = [columns[0], columns[8]];
    if (receivedBytes === undefined || sentBytes === undefined) continue;
    if (Number.isFinite(receivedBytes) && Number.isFinite(sentBytes))
      interfaces.push({ name, receivedBytes, sentBytes });
  }
  return interfaces;
}

/** `CurrEstab` of /proc/net/snmp (IPv4 and IPv6 together); one small file where /proc/net/tcp grows with every connection. */
export function parseProcNetSnmp(text: string): number | null {
  const [names, values] = text.split('\n').filter((line) => line.startsWith('Tcp:'));
  const at = names?.split(' ').indexOf('CurrEstab') ?? -1;
  const count = at < 0 ? Number.NaN : Number(values?.split(' ')[at]);
  return Number.isFinite(count) ? count : null;
}

/** `tw` of /proc/net/sockstat: connections in TIME_WAIT, both families. */
export function parseProcNetSockstat(text: string): number | null {
  const match = /^TCP: .*\btw (\d+)/m.exec(text);
  return match === null ? null : Number(match[1]);
}
