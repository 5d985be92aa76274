/**
 * What one look at the host yields. Counters grow from some start of their own (boot, driver load) and only their
 * differences mean something; everything else is a level. A part that could not be read is null and the rest stands.
 */
export interface HostReading {
  /** Monotonic ms of the look: rates divide by differences of it. */
  readonly monoMs: number;
  readonly cpu: CpuTimes | null;
  readonly memory: Memory | null;
  readonly load: LoadAverages | null;
  readonly disks: readonly DiskSpace[];
  readonly diskTraffic: readonly DiskTraffic[];
  readonly interfaces: readonly InterfaceTraffic[];
  readonly processes: number | null;
  readonly tcp: TcpConnections | null;
}

/** Counters over all cores, in one unit or another: only their proportions are used. `total` is the sum of all kinds. */
export interface CpuTimes {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait: number;
  readonly total: number;
}

/** Bytes. `available` is what programs could still get without swapping. */
export interface Memory {
  readonly total: number;
  readonly free: number;
  readonly available: number;
}

export interface LoadAverages {
  readonly one: number;
  readonly five: number;
  readonly fifteen: number;
}

/** Bytes of one mounted file system. `available`: to everybody, without what is reserved for root. */
export interface DiskSpace {
  readonly device: string;
  readonly total: number;
  readonly free: number;
  readonly available: number;
}

/** Counters, bytes. */
export interface DiskTraffic {
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Counters, bytes. */
export interface InterfaceTraffic {
  readonly name: string;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

export interface TcpConnections {
  readonly established: number;
  readonly timeWait: number;
}
