import { msOfStamp } from '../reading/stamp.ts';
import { textLog } from '../reading/records/text-log.ts';
import { utcOfIso } from '../reading/utc.ts';

const LINE =
  /^(-?(?:\d{1,4}:)?\d{1,2}:\d{2}|\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) \| (?:\([^()]{1,200}\) )?(?:\*[^*]{1,40}\* )?([^:]{1,128}?): (.*)$/su;

/** Text of chat-downloader: `1:20 | (badges) *money* name: text`, live with `YYYY-MM-DD hh:mm:ss |`. */
export const chatDownloaderText = textLog({
  name: 'chat-downloader-text',
  title: 'chat-downloader text',
  layout: 'h:mm:ss | name: text',
  parse(line) {
    const [, time = '', author = '', text = ''] = LINE.exec(line) ?? [];
    const at = utcOfIso(time);
    if (at !== undefined) return { at, author, text };
    const ms = msOfStamp(time.replace(/^-/u, ''));
    if (time === '' || ms === undefined) return undefined;
    return { offsetMs: time.startsWith('-') ? -ms : ms, author, text };
  },
});
