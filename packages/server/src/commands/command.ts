/** Where a command writes; `process.stdout` is one. */
interface CommandOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What a command may use of the world, so that a test can be the terminal, the clock and the person at the keyboard. */
export interface CommandIo {
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  /** aborted by Ctrl+C or SIGTERM: finish what was begun and return */
  readonly signal: AbortSignal;
  /** width of the terminal */
  readonly columns: number;
  /** ms since 1970 UTC */
  now(): number;
  /** resolves after `ms`; rejects when the signal is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A command of `ovation`. */
export interface Command {
  readonly name: string;
  /** one line for the list of commands */
  readonly summary: string;
  readonly usage: string;
  /** @returns the exit code: 0 fine, 1 it failed, 2 wrong usage, 130 stopped by Ctrl+C */
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

export const EXIT = { fine: 0, failed: 1, usage: 2, stopped: 130 } as const;
