import { ALLOWED_EMOTES_MAX, DEFAULT_THRESHOLD, SETTINGS_TEXTS, emoteKey, intervalProblem } from '@ovation/protocol';
import { z } from 'zod';
import type { EmoteWish } from '../chat-log/choose-emotes.ts';
import { emotesFileOption } from '../chat-log/listed-emotes.ts';
import { joinOption, timeOptions } from '../chat-log/time-options.ts';
import { type OptionValues, text } from '../command-options.ts';

/** Which emotes to count, and the words of chat that are to be taken for emotes. */
interface EmotesOption {
  readonly wish: EmoteWish;
  readonly words: readonly string[];
}

const interval = z
  .string()
  .transform((typed, context) => {
    const problem = intervalProblem(Number(typed));
    if (problem !== undefined) context.addIssue(`--interval: ${problem}`);
    return Number(typed);
  })
  .optional();

const threshold = z
  .string()
  .transform(Number)
  .refine((value) => value > 0 && value < 1, `--threshold: ${SETTINGS_TEXTS.threshold}`)
  .optional();

const emotes = z
  .string()
  .transform((typed, context): EmotesOption => {
    const read = readEmotes(typed);
    if (typeof read !== 'string') return read;
    context.addIssue(`--emotes: ${read}`);
    return z.NEVER;
  })
  .optional();

export const analyzeOptions = {
  json: text('OUT', 'write everything to the file OUT as well'),
  interval: { type: interval, value: 'N', about: 'reactions between two judgements of a minute, 1 to 1000 (30)' },
  threshold: {
    type: threshold,
    value: 'X',
    about: `share that makes a moment, between 0 and 1 (${DEFAULT_THRESHOLD})`,
  },
  emotes: {
    type: emotes,
    value: 'seed|top|LIST',
    about: {
      seed: 'count the classic eight: 😀 😡 😢 😮 ❤️ 👍 👎 🔥',
      top: 'count the 8 most used emotes of each log',
      LIST: 'count these, separated by commas: emoji, names as typed in chat, or keys such as twitch:25',
    },
  },
  'emotes-file': emotesFileOption,
  detector: {
    type: z.enum(['surge', 'ratio'], '--detector: surge or ratio').optional(),
    value: 'surge|ratio',
    about: {
      surge: 'the best 8 moments an hour of the whole audience, whatever it writes, and why',
      ratio: 'the classic rule: for each minute the emotes that are more than X of all that count',
    },
  },
  join: joinOption,
  ...timeOptions,
} as const;

export type AnalyzeOptions = OptionValues<typeof analyzeOptions>;

/** The detector that was asked for, by its name or by an option that only one has; undefined: by the kind of the log. */
export function askedDetector(options: AnalyzeOptions): 'surge' | 'ratio' | undefined {
  const isOfRatio = [options.interval, options.threshold, options.emotes].some((option) => option !== undefined);
  return options.detector ?? (isOfRatio || options['emotes-file'].length > 0 ? 'ratio' : undefined);
}

/** The choice of emotes, or what is wrong with it. */
function readEmotes(typed: string): EmotesOption | string {
  if (typed === 'auto' || typed === 'seed' || typed === 'top') return { wish: typed, words: [] };
  const names = typed
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return SETTINGS_TEXTS.allowedEmotes;
  if (names.length > ALLOWED_EMOTES_MAX) return SETTINGS_TEXTS.allowedEmotesTooMany;
  const keys = names.map(emoteKey).filter((key) => key !== undefined);
  if (keys.length < names.length) return SETTINGS_TEXTS.allowedEmote;
  return { wish: [...new Set(keys)], words: names.filter((name) => emoteKey(name)?.startsWith('text:')) };
}
