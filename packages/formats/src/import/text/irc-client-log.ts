import { ircLine } from '../../reading/text/irc-events.ts';
import { textLog } from '../../reading/text/text-log.ts';

/** Logs of irssi, HexChat and other IRC clients: `18:00 <name> text`, `May 01 18:00:05 <name> text`. */
export const ircClientLog = textLog({
  name: 'irc-client-log',
  title: 'log of an IRC client, hh:mm <name> text',
  layout: 'hh:mm <name> text',
  parse: (line) => ircLine(line, ({ bracket }) => bracket === ''),
  meaning: () => ({ of: 'day', why: 'IRC clients write them' }),
});
