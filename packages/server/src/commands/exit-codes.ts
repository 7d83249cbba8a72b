/** What a command came to, and the exit code that tells it to the shell. */
export const EXIT_CODES = { fine: 0, failed: 1, usage: 2, stopped: 130 } as const;
export type Outcome = keyof typeof EXIT_CODES;
