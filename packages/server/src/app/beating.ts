import type { ReadinessSettings } from '../api/deps.ts';
import { makeStandingReader } from '../api/standing.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { RuleRelay } from '../evaluate/rule-relay.ts';
import { ailment } from './ailment.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { CloudbellOptions } from './options-table.ts';
import { timeZoneOf } from './settings.ts';
import type { Rooms } from './start-rooms.ts';

/** Starts the heartbeat, where `--heartbeat-url` says where it goes. */
export function startBeating(deps: {
  readonly options: CloudbellOptions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rooms: Rooms;
  readonly changes: Pick<RuleRelay, 'flush'>;
  readonly readiness: ReadinessSettings;
  readonly lifecycle: Lifecycle;
}): void {
  const { options, clock, logger, rooms, changes, readiness, lifecycle } = deps;
  const { heartbeatUrl: url, heartbeatEveryMs: everyMs, accountId: account } = options;
  if (url === null) return;
  // An event loop that is late makes its own beats late.
  const standing = makeStandingReader({
    ...rooms,
    clock,
    eventLoopDelayMs: () => 0,
    answerMsMax: readiness.answerMsMax,
  });
  const record = { kind: 'zone', account, timeZone: timeZoneOf(options) } as const;
  const heartbeat = createHeartbeat({
    ...{ everyMs, clock, logger },
    ailment: () => ailment({ ...rooms, clock, changes, standing, readiness, record }),
    beat: () => rooms.courier.beat(url),
  });
  lifecycle.onStop('heartbeat', () => heartbeat.stop());
  heartbeat.start();
}
