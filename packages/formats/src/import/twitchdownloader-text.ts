import { msOfStamp } from '../reading/stamp.ts';
import { textLog } from '../reading/records/text-log.ts';
import { utcOf } from '../reading/utc.ts';

const RELATIVE = /^\[(\d{1,4}:\d{2}:\d{2}(?:\.\d{1,3})?)\] ([^:\t]{1,128}): ?(.*)$/su;
const UTC = /^\[(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))? UTC\] ([^:\t]{1,128}): ?(.*)$/su;

/**
 * TwitchDownloader's text output (Chat/ChatText.cs): `[h:mm:ss] name: text`, or with `yyyy-MM-dd HH:mm:ss UTC`, also
 * with `.fff`. Its fourth form has no time and cannot be used.
 */
export const twitchDownloaderText = textLog({
  name: 'twitchdownloader-text',
  title: 'TwitchDownloader text',
  layout: '[h:mm:ss] name: text',
  parse(line) {
    const relative = RELATIVE.exec(line);
    if (relative) {
      const [, stamp = '', author = '', text = ''] = relative;
      const offsetMs = msOfStamp(stamp);
      return offsetMs === undefined ? undefined : { offsetMs, author, text };
    }
    const [, time = '', fraction = '', author = '', text = ''] = UTC.exec(line) ?? [];
    const at = utcOf(time, fraction);
    return at === undefined ? undefined : { at, author, text };
  },
});
