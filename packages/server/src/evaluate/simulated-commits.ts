import type { Alert } from '@cloudbell/core/alert/alert.ts';
import type { AcknowledgeRecord, Position, RuleRecord, ZoneRecord } from '@cloudbell/core/alert/log-record.ts';
import type { Silence } from '@cloudbell/core/alert/silence.ts';
import { CloudbellError } from '../base/errors.ts';
import type { CommitRequest, CommitStore, PositionedEffect } from '../ports/commit-store.ts';

/** A commit store in memory, fenced as the real one is: evaluation is tested against it, and it can be looked into. */
export interface SimulatedCommits extends CommitStore {
  /** Everything committed, in order. */
  readonly effects: PositionedEffect[];
  /** Every commit that was asked for, refused ones included. */
  readonly requests: CommitRequest[];
  readonly rules: Map<string, RuleRecord>;
  readonly zones: Map<string, ZoneRecord>;
  readonly storedSilences: Silence[];
  readonly acknowledgements: AcknowledgeRecord[];
  /** While true, commits are refused with `store_unavailable`. */
  failing: boolean;
  position: Position;
}

export function createSimulatedCommits(): SimulatedCommits {
  let epoch = 0;
  const alerts = new Map<string, Alert>();
  const commits: SimulatedCommits = {
    effects: [],
    requests: [],
    rules: new Map(),
    zones: new Map(),
    storedSilences: [],
    acknowledgements: [],
    failing: false,
    position: 0n,
    claimPartition: async () => ({ epoch: ++epoch, position: commits.position }),
    commit: async (request) => {
      commits.requests.push(request);
      if (commits.failing) throw new CloudbellError('store_unavailable', { message: 'The store cannot write.' });
      if (request.epoch !== epoch || request.from !== commits.position) {
        throw new CloudbellError('stale_owner', { message: 'Another process owns the partition.' });
      }
      commits.position = request.to;
      let deliveries = 0;
      for (const positioned of request.effects) {
        const { alert, ended, notification } = positioned.effect;
        commits.effects.push(positioned);
        if (ended) alerts.delete(alert.alertId);
        else alerts.set(alert.alertId, alert);
        if (notification !== null) deliveries += 1;
      }
      return { deliveries };
    },
    liveAlerts: async () => [...alerts.values()],
    silences: async (endAfter) => commits.storedSilences.filter(({ until }) => until > endAfter),
    acknowledgeRecords: async () => commits.acknowledgements,
    ruleRecords: async () => [...commits.rules.values()].filter(({ rule }) => rule !== null),
    zoneRecords: async () => [...commits.zones.values()],
  };
  return commits;
}
