import { textLog } from '../reading/records/text-log.ts';
import { utcOf } from '../reading/utc.ts';

const LINE = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(?:[,.](\d{1,3}))?\t([^\t]{1,64})\t(.*)$/su;

/** `date time,ms<TAB>name<TAB>text`. The time has no zone and is read as UTC; only differences matter. */
export const tsvText = textLog({
  name: 'tsv-text',
  title: 'text log, date time<TAB>name<TAB>text',
  layout: 'YYYY-MM-DD hh:mm:ss,ms<TAB>name<TAB>text',
  parse(line) {
    const [, time = '', fraction = '', author = '', text = ''] = LINE.exec(line) ?? [];
    const at = utcOf(time, fraction);
    return at === undefined ? undefined : { at, author, text };
  },
});
