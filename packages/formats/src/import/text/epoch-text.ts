import { colonBody, stampedLine } from '../../reading/text/line-parts.ts';
import { type LogLine, textLog } from '../../reading/text/text-log.ts';

/** `unixseconds name: text`, also with milliseconds or a fraction. */
export const epochText = textLog({
  name: 'epoch-text',
  title: 'text log, unixseconds name: text',
  layout: 'unixseconds name: text',
  parse(line): LogLine | undefined {
    // Only Unix times begin with ten digits.
    if (!/^\[?\d{10}/u.test(line)) return undefined;
    const stamped = stampedLine(line);
    const said = stamped && (/^\s/u.test(stamped.rest) ? colonBody(stamped.rest) : undefined);
    return said && { kind: 'said', time: stamped.time, ...said };
  },
});
