import type { z } from 'zod';

/** One answer of an operation; `schema` null for an answer without JSON. */
export interface OperationAnswer {
  readonly description: string;
  readonly schema: z.ZodType | null;
  readonly contentType?: string;
}

/** One route: what the server registers, the console calls, and OpenAPI describes. */
export interface Operation {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** `/api/v1/rules/{ruleId}` */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** `open` needs no credentials; `metrics` none while the deployment says so. */
  readonly access?: 'open' | 'metrics';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: readonly { readonly name: string; readonly description: string }[];
  readonly body?: z.ZodType;
  /** Of the body; absent: `application/json`. */
  readonly bodyType?: string;
  readonly answers: Readonly<Record<number, OperationAnswer>>;
}
