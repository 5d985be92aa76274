/** The few answers of OTLP that are protobuf. */

/** `ExportMetricsServiceResponse{ExportMetricsPartialSuccess{int64 rejected_data_points = 1; string error_message = 2} = 1}`. */
export function partialSuccessMessage(rejected: number, message: string): Buffer {
  if (message === '') return Buffer.alloc(0);
  const partial = Buffer.concat([Buffer.of(0x08), varint(rejected), text(2, message)]);
  return Buffer.concat([Buffer.of(0x0a), varint(partial.length), partial]);
}

/** `google.rpc.Status{string message = 2}`. */
export const statusMessage = (message: string): Buffer => text(2, message);

function text(field: number, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(field * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
