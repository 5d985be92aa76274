import type { HostReading } from './reading.ts';

/** Named parts of a reading that may fail each by itself. */
export type OnReadFailure = (part: string, error: Error) => void;

export type ReadHost = (monoMs: number, onFailure: OnReadFailure) => Promise<HostReading>;

/** One part: its value, or `otherwise` after telling. */
export async function part<T>(
  name: string,
  read: () => Promise<T> | T,
  failure: { readonly otherwise: T; readonly tell: OnReadFailure },
): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    failure.tell(name, thrown instanceof Error ? thrown : new Error(String(thrown)));
    return failure.otherwise;
  }
}
