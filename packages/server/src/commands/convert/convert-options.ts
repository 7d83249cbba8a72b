import { z } from 'zod';
import { joinOption, timeOptions } from '../chat-log/time-options.ts';
import { type OptionValues, text } from '../command-options.ts';

export const convertOptions = {
  to: {
    type: z.enum(['jsonl', 'csv', 'txt'], '--to: jsonl, csv or txt.'),
    value: 'jsonl|csv|txt',
    about: {
      jsonl: 'a JSON object a line: offsetMs, author, text, kind, emotes and, where the log has them, more',
      csv: 'a table with the same columns; cells that a spreadsheet would calculate begin with an apostrophe',
      txt: '[h:mm:ss] name: text',
    },
  },
  out: text('F', 'write to the file F instead of standard output'),
  join: joinOption,
  ...timeOptions,
} as const;

export type ConvertOptions = OptionValues<typeof convertOptions>;
