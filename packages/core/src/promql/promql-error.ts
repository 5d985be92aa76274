/**
 * Why a query is not answered. `unsupported`: it is PromQL, of which we understand only a part, and `message` names the
 * part; `invalid`: it is none; `execution`: it is, and cannot be computed over this data.
 */
export type PromqlFault = 'unsupported' | 'invalid' | 'execution';

export class PromqlError extends Error {
  readonly fault: PromqlFault;

  constructor(fault: PromqlFault, message: string) {
    super(message);
    this.name = 'PromqlError';
    this.fault = fault;
  }
}

export const unsupported = (what: string): PromqlError =>
  new PromqlError('unsupported', `${what} is not supported here`);
export const invalid = (message: string): PromqlError => new PromqlError('invalid', message);
