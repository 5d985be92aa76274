/** Exit codes: 0 done, 1 failed, 2 the command line, environment or a file says something that does not exist. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;
