import { msOfStamp } from '../reading/stamp.ts';
import { textLog } from '../reading/records/text-log.ts';

const LINE = /^\[(\d{1,4}:\d{2}:\d{2}(?:\.\d{1,3})?)\] <([^>\s]{1,64})> ?(.*)$/su;

/** `[H:MM:SS] <name> text`, stream time. */
export const bracketText = textLog({
  name: 'bracket-text',
  title: 'text log, [H:MM:SS] <name> text',
  layout: '[H:MM:SS] <name> text',
  parse(line) {
    const [, stamp = '', author = '', text = ''] = LINE.exec(line) ?? [];
    const offsetMs = msOfStamp(stamp);
    return offsetMs === undefined ? undefined : { offsetMs, author, text };
  },
  // Chatty writes the same lines, but with the time of day, which is no stream time.
  isForeign: (head) => head.lines.some((line) => line.startsWith('# Log started')),
});
