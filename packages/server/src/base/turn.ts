/** Lets everything else that waits in this thread go first. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
