import type { EvaluationStatus } from '../ports/log-writer.ts';
import type { PartitionStatus } from './partition-evaluator.ts';

/** All partitions as one: counts add up, of lags and refusals the worst is told. */
export function evaluationStatus(partitions: readonly PartitionStatus[]): EvaluationStatus {
  const sum = (of: (status: PartitionStatus) => number): number => partitions.reduce((all, one) => all + of(one), 0);
  const worst = (of: (status: PartitionStatus) => number): number => Math.max(0, ...partitions.map(of));
  const position = (of: (status: PartitionStatus) => bigint): string => partitions.map(of).join(',');
  return {
    foldLagMs: worst((one) => one.foldLagMs),
    backlog: sum((one) => one.backlog),
    position: position((one) => one.position),
    committedPosition: position((one) => one.committedPosition),
    series: sum((one) => one.fold.series),
    pairs: sum((one) => one.fold.pairs),
    openWindows: sum((one) => one.fold.openWindows),
    evaluations: sum((one) => one.fold.evaluations),
    samples: sum((one) => one.fold.samples),
    lateSamples: sum((one) => one.fold.lateSamples),
    duplicateSamples: sum((one) => one.fold.duplicateSamples),
    unwatchedSamples: sum((one) => one.fold.unwatchedSamples),
    transitions: sum((one) => one.fold.transitions),
    gaps: sum((one) => one.gaps),
    clockSteps: sum((one) => one.clockSteps),
    appendMs: worst((one) => one.appendMs),
    commitMs: worst((one) => one.commitMs),
    refusing: partitions.find((one) => one.refusing !== null)?.refusing ?? null,
  };
}
