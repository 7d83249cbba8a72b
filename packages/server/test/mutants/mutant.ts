/** A piece of text in a source file and what stands there instead. */
export interface Edit {
  /** from the repository's root */
  readonly file: string;
  /** occurs exactly once in the file */
  readonly find: string;
  readonly replace: string;
}

/** A shortcut that breaks a rule of docs/flows.md. The tests that it names must notice it. */
export interface Mutant {
  readonly name: string;
  readonly what: string;
  /** numbered rules and rows of docs/flows.md */
  readonly rules: readonly string[];
  readonly edits: readonly Edit[];
  /** test file, from the repository's root */
  readonly test: string;
  /** only tests whose names contain this; all of the file when left out */
  readonly named?: string;
}
