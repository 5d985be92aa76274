import { readLabels } from './label-bytes.ts';
import { SampleRows } from './sample-rows.ts';

/** Rows as a person reads them: `name{label="value"} value @timestamp`, in order. */
export function decoded(read: (rows: SampleRows) => void): { readonly rows: SampleRows; readonly lines: string[] } {
  const rows = new SampleRows(1);
  rows.reset(0);
  read(rows);
  const lines = Array.from({ length: rows.count }, (_, at) => {
    const key = rows.table.keyOf(rows.slots[at]!);
    const { metricName, dimensions } = readLabels(key, 0, key.length);
    const labels = Object.entries(dimensions).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    return `${metricName}${labels.length > 0 ? `{${labels.join(',')}}` : ''} ${rows.values[at]} @${rows.timestamps[at]}`;
  });
  return { rows, lines };
}

/** The code of the WireError that reading throws; `none` when it does not. */
export function wireErrorOf(read: (rows: SampleRows) => void): string {
  try {
    decoded(read);
    return 'none';
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown);
  }
}
