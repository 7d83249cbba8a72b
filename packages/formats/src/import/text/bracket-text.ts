import { ircLine, meaningOfIrc } from '../../reading/text/irc-events.ts';
import { textLog } from '../../reading/text/text-log.ts';

/** `[H:MM:SS] <name> text`, also with a time of day or a date, as IRC clients write it. */
export const bracketText = textLog({
  name: 'bracket-text',
  title: 'text log, [H:MM:SS] <name> text',
  layout: '[H:MM:SS] <name> text',
  parse: (line) => ircLine(line, ({ bracket }) => bracket !== ''),
  meaning: meaningOfIrc,
});
