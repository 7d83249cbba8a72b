export type ChannelProblemCode =
  | 'wrong_name'
  | 'too_many_channels'
  | 'too_many_aliases'
  | 'wrong_alias'
  | 'version_conflict';

/** A request that the module refuses. The message is a sentence for whoever asked. */
export class ChannelProblem extends Error {
  readonly code: ChannelProblemCode;

  constructor(code: ChannelProblemCode, message: string) {
    super(message);
    this.name = 'ChannelProblem';
    this.code = code;
  }
}
