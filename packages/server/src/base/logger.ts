/** What rooms ask of a logger; pino's fits. `fields` holds no secret. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
