import { type Logger, pino } from 'pino';

/** Log lines go to stderr, as JSON: stdout is for people (banner, demo). Threads write whole lines, so none are mixed. */
export function createLogger(level: string, room: string): Logger {
  return pino({ level, base: { room } }, pino.destination({ fd: 2, sync: true }));
}

/** The HTTP server's own: it says at info what the banner says already. */
export const quieter = (logger: Logger): Logger =>
  logger.isLevelEnabled('info') ? logger.child({}, { level: 'warn' }) : logger;
