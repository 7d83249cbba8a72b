import { ERRORS, type ErrorSpec } from '@ovation/protocol';
import { Problem } from '../../problem.ts';

export type ChannelProblemCode =
  | 'wrong_name'
  | 'unknown_channel'
  | 'channel_archived'
  | 'too_many_new_channels'
  | 'too_many_channels'
  | 'too_many_aliases'
  | 'wrong_alias'
  | 'version_conflict';

const SPECS: Readonly<Record<ChannelProblemCode, ErrorSpec>> = {
  wrong_name: ERRORS.validation,
  unknown_channel: ERRORS.channelNotFound,
  channel_archived: ERRORS.channelArchived,
  too_many_channels: ERRORS.conflict,
  too_many_new_channels: ERRORS.tooMany,
  too_many_aliases: ERRORS.conflict,
  wrong_alias: ERRORS.validation,
  version_conflict: ERRORS.conflict,
};

/** A request that the module refuses. The message is a sentence for the caller. */
export class ChannelProblem extends Problem {
  readonly code: ChannelProblemCode;

  constructor(code: ChannelProblemCode, message: string, retryAfterS?: number) {
    super(SPECS[code], message, { retryAfterS });
    this.name = 'ChannelProblem';
    this.code = code;
  }
}

export function archivedChannel(name: string): ChannelProblem {
  return new ChannelProblem('channel_archived', `Channel ${name} is archived: it takes nothing new`);
}

export function unknownChannel(name: string): ChannelProblem {
  return new ChannelProblem('unknown_channel', `There is no channel ${name}`);
}
