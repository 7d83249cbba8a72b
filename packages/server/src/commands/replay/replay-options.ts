import { type ImportOptions, msOfStamp } from '@ovation/formats';
import { channelNameSchema } from '@ovation/protocol';
import { z } from 'zod';
import { UsageError } from '../command-errors.ts';
import { emotesFileOption } from '../chat-log/listed-emotes.ts';
import { joinOption, timeOptions } from '../chat-log/time-options.ts';
import { flag, type OptionValues, text } from '../command-options.ts';
import { channelOfFile } from './channel-of-file.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DEFAULT_SPEED = 30;
const SPEED_MAX = 10_000;

const speed = z
  .string()
  .transform(Number)
  .refine((value) => value > 0 && value <= SPEED_MAX, `--speed must be a number above 0, at most ${SPEED_MAX}.`);

/** Gives the address without a slash at its end. */
const url = z
  .string()
  .refine(isHttp, `--url must be the address of the server, such as ${DEFAULT_URL}.`)
  .transform((address) => {
    const { origin, pathname } = new URL(address);
    return `${origin}${pathname}`.replace(/\/+$/u, '');
  });

const from = z
  .string()
  .refine((stamp) => msOfStamp(stamp) !== undefined, '--from must be a stream time, such as 1:30:00.')
  .transform(msOfStamp)
  .optional();

export const replayOptions = {
  speed: { type: speed, value: 'N', about: 'how many times faster than it was', default: String(DEFAULT_SPEED) },
  channel: text('NAME', "channel to play into; without it the file's name is taken"),
  url: { type: url, value: 'URL', about: 'address of the server', default: DEFAULT_URL },
  token: text('T', 'bearer token, when the server asks for one'),
  from: { type: from, value: 'h:mm:ss', about: 'stream time to begin at' },
  'keep-settings': flag(
    "leave the channel's settings alone; else a channel whose settings were never changed is set to count the 8 most used emotes of the log",
  ),
  'emotes-file': emotesFileOption,
  join: joinOption,
  ...timeOptions,
};

/** What `ovation replay` was asked to do. */
export interface ReplayOrder {
  readonly file: string;
  readonly speed: number;
  readonly channel: string;
  /** without a slash at its end */
  readonly url: string;
  readonly token: string | undefined;
  /** stream time to begin at, ms; undefined: at the first message */
  readonly fromMs: number | undefined;
  readonly keepSettings: boolean;
  /** files with lists of third-party emotes */
  readonly emoteFiles: readonly string[];
  /** the logs in an archive are parts of one broadcast */
  readonly join: boolean;
  /** what the log does not say about its times */
  readonly times: Pick<ImportOptions, 'unit' | 'start'>;
}

/** @throws UsageError for a channel name that the server would refuse */
export function replayOrder(file: string, given: OptionValues<typeof replayOptions>): ReplayOrder {
  const { speed: times, url: address, token, from: fromMs } = given;
  const channel = given.channel ?? channelOfFile(file);
  const name = channelNameSchema.safeParse(channel);
  if (!name.success) throw new UsageError(`--channel: ${name.error.issues[0]?.message ?? 'wrong name'}.`);
  const clock = { ...(given.unit && { unit: given.unit }), ...(given.start !== undefined && { start: given.start }) };
  const more = {
    times: clock,
    join: given.join,
    keepSettings: given['keep-settings'],
    emoteFiles: given['emotes-file'],
  };
  return { file, speed: times, channel, url: address, token, fromMs, ...more };
}

function isHttp(address: string): boolean {
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  return protocol === 'http:' || protocol === 'https:';
}
