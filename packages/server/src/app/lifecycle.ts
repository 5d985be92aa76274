import { asError } from '../base/errors.ts';

/**
 * Named clean-ups, run last in first out: what was started last stops first. A start that fails half way runs those
 * registered so far, so nothing is left behind (reference: the composition root is one straight line).
 */
export interface Lifecycle {
  onStop(name: string, stop: () => Promise<void> | void): void;
  /** Runs each clean-up once; a failing one does not keep the others from running. Answers what failed. */
  stop(): Promise<readonly { readonly name: string; readonly error: Error }[]>;
}

export function createLifecycle(): Lifecycle {
  const steps: { name: string; stop: () => Promise<void> | void }[] = [];
  return {
    onStop: (name, stop) => void steps.push({ name, stop }),
    stop: async () => {
      const failed: { name: string; error: Error }[] = [];
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step.stop();
        } catch (thrown) {
          failed.push({ name: step.name, error: asError(thrown) });
        }
      }
      return failed;
    },
  };
}
