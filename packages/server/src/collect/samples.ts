import type { Dimensions } from '@cloudbell/core/metric/dimensions.ts';
import type { CpuTimes, DiskSpace, HostReading, Memory } from './reading.ts';

/** As an item of POST /api/v1/samples; timestamp in ms. */
export interface CollectedSample {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Dimensions;
  readonly timestamp: number;
  readonly value: number;
  readonly instanceName: string;
}

/** Who the host is in its samples. */
export interface HostIdentity {
  readonly account: string;
  readonly instanceId: string;
  readonly instanceName: string;
}

/** Cloud Monitor's namespace of host metrics; names and units are its agent's too. */
export const HOST_NAMESPACE = 'acs_ecs';

type Value = readonly [metricName: string, value: number, extra?: Readonly<Record<string, string>>];

/**
 * The samples of one look: levels from `current`, percentages of CPU and rates from its difference to `previous`.
 * Units: %, bytes, bytes/s for disks, bit/s for interfaces. Without a `previous`, or after a counter went backwards
 * (a device was replaced), there is no rate rather than a wrong one. Pure.
 */
export function samplesOf(
  look: { readonly previous: HostReading | null; readonly current: HostReading; readonly timestamp: number },
  identity: HostIdentity,
): CollectedSample[] {
  const { previous, current } = look;
  const values: Value[] = [
    ...cpuValues(previous?.cpu ?? null, current.cpu),
    ...memoryValues(current.memory),
    ...loadValues(current),
    ...current.disks.flatMap(diskValues),
    ...(previous === null ? [] : trafficValues(previous, current)),
  ];
  if (current.processes !== null) values.push(['Host.process.number', current.processes]);
  if (current.tcp !== null) {
    values.push(['Host.tcpconnection', current.tcp.established, { state: 'ESTABLISHED' }]);
    values.push(['Host.tcpconnection', current.tcp.timeWait, { state: 'TIME_WAIT' }]);
  }
  const host = { userId: identity.account, instanceId: identity.instanceId };
  return values.map(([metricName, value, extra]) => ({
    namespace: HOST_NAMESPACE,
    metricName,
    dimensions: { ...host, ...extra },
    timestamp: look.timestamp,
    value,
    instanceName: identity.instanceName,
  }));
}

function cpuValues(previous: CpuTimes | null, current: CpuTimes | null): Value[] {
  if (previous === null || current === null) return [];
  const total = current.total - previous.total;
  if (total <= 0) return [];
  // Single counters (iowait among them) are known to run backwards a little; shares stay within 0 and 100.
  const share = (kind: keyof CpuTimes): number => percent(Math.max(0, current[kind] - previous[kind]), total);
  return [
    ['Host.cpu.totalused', percent(total - Math.max(0, current.idle - previous.idle), total)],
    ['Host.cpu.idle', share('idle')],
    ['Host.cpu.system', share('system')],
    ['Host.cpu.user', share('user')],
    ['Host.cpu.iowait', share('iowait')],
  ];
}

/** `used` counts caches as used, `actualused` and `usedutilization` do not: as the vendor's agent has it. */
function memoryValues(memory: Memory | null): Value[] {
  if (memory === null) return [];
  const actuallyUsed = memory.total - memory.available;
  return [
    ['Host.mem.total', memory.total],
    ['Host.mem.free', memory.free],
    ['Host.mem.used', memory.total - memory.free],
    ['Host.mem.actualused', actuallyUsed],
    ['Host.mem.usedutilization', percent(actuallyUsed, memory.total)],
  ];
}

function loadValues({ load }: HostReading): Value[] {
  if (load === null) return [];
  return [
    ['Host.load1', load.one],
    ['Host.load5', load.five],
    ['Host.load15', load.fifteen],
  ];
}

/** Utilization as `df` shows it: of what is there for everybody, so 100 % is when programs are refused space. */
function diskValues(disk: DiskSpace): Value[] {
  const used = disk.total - disk.free;
  const device = { device: disk.device };
  return [
    ['Host.disk.total', disk.total, device],
    ['Host.disk.used', used, device],
    ['Host.disk.free', disk.available, device],
    ['Host.disk.utilization', percent(used, used + disk.available), device],
  ];
}

function trafficValues(previous: HostReading, current: HostReading): Value[] {
  const seconds = (current.monoMs - previous.monoMs) / 1000;
  if (seconds <= 0) return [];
  const values: Value[] = [];
  const rate = (metricName: string, device: string, [before, now]: readonly [number, number], factor: number): void => {
    if (now >= before) values.push([metricName, ((now - before) * factor) / seconds, { device }]);
  };
  const disksBefore = new Map(previous.diskTraffic.map((each) => [each.device, each]));
  for (const now of current.diskTraffic) {
    const before = disksBefore.get(now.device);
    if (before === undefined) continue;
    rate('Host.disk.readbytes', now.device, [before.readBytes, now.readBytes], 1);
    rate('Host.disk.writebytes', now.device, [before.writtenBytes, now.writtenBytes], 1);
  }
  const interfacesBefore = new Map(previous.interfaces.map((each) => [each.name, each]));
  for (const now of current.interfaces) {
    const before = interfacesBefore.get(now.name);
    if (before === undefined) continue;
    rate('Host.netin.rate', now.name, [before.receivedBytes, now.receivedBytes], 8);
    rate('Host.netout.rate', now.name, [before.sentBytes, now.sentBytes], 8);
  }
  return values;
}

/** Rounded to a ten-thousandth: more digits would be noise in every callback. */
const percent = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round(Math.min(100, (part / whole) * 100) * 10_000) / 10_000;
