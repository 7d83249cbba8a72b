import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/** What logging libraries write before a message: `chat - INFO - `, `[INFO] `. */
const LEVEL = /^(?:[\w.]{1,64} - )?\[?(?:INFO|DEBUG|WARN|WARNING)\]?(?: -)? +/u;

/** `h:mm:ss name: text`, as people write it by hand, also with the times of links to Twitch (`1h02m03s`). */
export const plainText = textLog({
  name: 'plain-text',
  title: 'text log, h:mm:ss name: text',
  layout: 'h:mm:ss name: text',
  parse(line): LogLine | undefined {
    const stamped = stampedLine(line);
    const [, gap = ''] = /^(\s*[-–—]?\s)/u.exec(stamped?.rest ?? '') ?? [];
    if (!stamped || stamped.bracket !== '' || gap === '') return undefined;
    const said = colonBody(stamped.rest.slice(gap.length).replace(LEVEL, ''));
    return said && { kind: 'said', time: stamped.time, ...said };
  },
});
