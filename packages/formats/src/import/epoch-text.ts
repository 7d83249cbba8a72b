import { textLog } from '../reading/records/text-log.ts';

// Ten digits: September 2001 to November 2286.
const LINE = /^([1-9]\d{9}) ([^\s:]{1,64}): ?(.*)$/su;

/** `unixseconds name: text`. */
export const epochText = textLog({
  name: 'epoch-text',
  title: 'text log, unixseconds name: text',
  layout: 'unixseconds name: text',
  parse(line) {
    const [, seconds, author = '', text = ''] = LINE.exec(line) ?? [];
    return seconds === undefined ? undefined : { at: Number(seconds) * 1000, author, text };
  },
});
