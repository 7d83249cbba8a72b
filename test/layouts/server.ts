/** A real server in a process of its own, on a free port. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** from spawn to the first 200 of GET /health, ms */
  readonly startMs: number;
  /** resident memory now, MB (10^6 bytes) */
  rssMb(): number;
  /** Sends the signal and waits for the end; answers the exit code, or the signal that ended it. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
  /** lines printed so far */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export type StartOnce = (environment: Record<string, string>, command: readonly string[]) => Promise<ServerProcess>;
