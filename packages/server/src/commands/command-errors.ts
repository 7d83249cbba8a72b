/** The command line is wrong (exit code 2). The message says in one sentence what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** false: the usage text would not help, because the problem is elsewhere, such as in the environment */
  readonly showsUsage: boolean;

  constructor(sentence: string, { showsUsage = true, ...options }: ErrorOptions & { showsUsage?: boolean } = {}) {
    super(sentence, options);
    this.showsUsage = showsUsage;
  }
}

/** The command cannot do what was asked (exit code 1). The message says why in one sentence. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
