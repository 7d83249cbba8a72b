import { ALLOWED_EMOTES_MAX, DEFAULT_THRESHOLD, SETTINGS_TEXTS, emoteKey, intervalProblem } from '@ovation/protocol';
import { z } from 'zod';
import type { EmoteWish } from '../chat-log/choose-emotes.ts';
import { emotesFileOption } from '../chat-log/listed-emotes.ts';
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
  .refine((value) => value > 0 && value < 1, `--threshold: ${SETTINGS_TEXTS.threshold}`);

const emotes = z
  .string()
  .default('auto')
  .transform((typed, context): EmotesOption => {
    const read = readEmotes(typed);
    if (typeof read !== 'string') return read;
    context.addIssue(`--emotes: ${read}`);
    return z.NEVER;
  });

export const analyzeOptions = {
  json: text('OUT', 'write everything to the file OUT as well'),
  interval: { type: interval, value: 'N', about: 'reactions between two judgements of a minute, 1 to 1000 (30)' },
  threshold: {
    type: threshold,
    value: 'X',
    about: 'share that makes a moment, between 0 and 1',
    default: String(DEFAULT_THRESHOLD),
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
    type: z.enum(['ratio', 'surge'], '--detector: ratio or surge'),
    value: 'ratio|surge',
    about: {
      ratio: 'the classic rule: emotes that took over a minute',
      surge:
        'the best 8 moments an hour of the whole audience, whatever it writes, and why; the other options but --json are for ratio',
    },
    default: 'ratio',
  },
} as const;

export type AnalyzeOptions = OptionValues<typeof analyzeOptions>;

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
