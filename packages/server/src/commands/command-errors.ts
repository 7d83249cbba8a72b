/** The command line is wrong (exit code 2). The message says in one sentence what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** true: the usage text says what is missing; a wrong value needs the sentence alone */
  readonly showsUsage: boolean;

  constructor(sentence: string, { showsUsage = false, ...options }: ErrorOptions & { showsUsage?: boolean } = {}) {
    super(sentence, options);
    this.showsUsage = showsUsage;
  }
}

/** The command cannot do what was asked (exit code 1). The message says why in one sentence. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
