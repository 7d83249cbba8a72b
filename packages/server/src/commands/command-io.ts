/** Where a command writes; `process.stdout` is one. */
interface CommandOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Terminal, clock and Ctrl+C as a command sees them. A test passes its own. */
export interface CommandIo {
  /** standard input; iterate once */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  /** aborted by Ctrl+C or SIGTERM: the command finishes what it has begun and returns */
  readonly signal: AbortSignal;
  /** width of the terminal */
  readonly columns: number;
  /**
   * Writes much to standard output: resolves when there is room for more; false when the reader has gone, as `head` does,
   * and wants nothing more.
   */
  pour(text: string): Promise<boolean>;
  /** ms since 1970 UTC */
  now(): number;
  /** resolves after `ms`; rejects when the signal is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
