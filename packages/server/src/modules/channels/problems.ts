import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import { Problem } from '../../problem.ts';

export type ChannelProblemCode =
  | 'wrong_name'
  | 'too_many_channels'
  | 'too_many_aliases'
  | 'wrong_alias'
  | 'version_conflict';

const SPECS: Readonly<Record<ChannelProblemCode, ErrorSpec>> = {
  wrong_name: ERRORS.validation,
  too_many_channels: ERRORS.conflict,
  too_many_aliases: ERRORS.conflict,
  wrong_alias: ERRORS.validation,
  version_conflict: ERRORS.conflict,
};

/** A request that the module refuses. The message is a sentence for the caller. */
export class ChannelProblem extends Problem {
  readonly code: ChannelProblemCode;

  constructor(code: ChannelProblemCode, message: string) {
    super(SPECS[code], message);
    this.name = 'ChannelProblem';
    this.code = code;
  }
}
