import type { ChatMessage } from '../../reading/chat.ts';
import type { FileHead, ImportFormat } from '../../reading/format.ts';
import { excerpt } from '../../reading/import-error.ts';
import { lineReader } from '../../reading/records/lines.ts';
import { ArrangedMessages, isInOrder } from '../../reading/time/arranged.ts';
import { readTime } from '../../reading/time/logged-time.ts';

const STANDARD = 'Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';
const FORMAT = /^Format:\s*(.*)$/u;
const DIALOGUE = /^Dialogue:\s*(.*)$/su;
/** Lines with as many fields as a dialogue. Lines with fewer fields are headers. */
const OTHER_LINE = /^(?:Style|Format|Comment|Picture|Sound|Movie|Command):/u;
const OVERRIDES = /\{[^{}]{0,2000}\}/gu;

interface Dialogue {
  readonly ms: number;
  readonly author: string;
  readonly text: string;
}

/** SubStation Alpha, as Twitch-Chat-Downloader and makers of danmaku write it: a `Dialogue:` is a message at its start. */
export const ass: ImportFormat = {
  name: 'ass',
  title: 'SSA and ASS subtitles',

  recognise: ({ text }) => (/^\[Script Info\]/iu.test(text) || /^\[Events\]/imu.test(text) ? 1 : 0),

  open(input) {
    const messages = new ArrangedMessages(input, isStreamed(input.head));
    let fields = STANDARD.split(', ');
    return lineReader(
      (line, where, out: ChatMessage[]) => {
        fields = fieldsIn(line) ?? fields;
        const dialogue = readDialogue(line, fields);
        if (dialogue === 'no time')
          input.notes.skip(where, 'it has too few fields, or its start is no time as 0:00:05.00');
        else if (dialogue === 'other line') input.notes.skip(where, `"${excerpt(line)}" is no line of a section`);
        else if (dialogue) messages.add({ ...dialogue, where, kind: 'chat' }, out);
      },
      (out) => messages.end(out),
    );
  },
};

/** A small file is sorted anyway. */
function isStreamed(head: FileHead): boolean {
  return !head.isWhole && isInOrder(dialoguesOf(head).map(({ ms }) => ms));
}

function dialoguesOf({ lines }: FileHead): Dialogue[] {
  let fields = STANDARD.split(', ');
  return lines.flatMap((line) => {
    fields = fieldsIn(line) ?? fields;
    const dialogue = readDialogue(line, fields);
    return typeof dialogue === 'object' ? [dialogue] : [];
  });
}

/** The names of the fields of a dialogue. Styles have such a line, too, but no field with a text. */
function fieldsIn(line: string): string[] | undefined {
  const names = FORMAT.exec(line)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return names?.includes('Text') && names.includes('Start') ? names : undefined;
}

function readDialogue(line: string, fields: readonly string[]): Dialogue | 'no time' | 'other line' | undefined {
  const [, values] = DIALOGUE.exec(line) ?? [];
  if (values === undefined) {
    return OTHER_LINE.test(line) || line.split(',').length < fields.length ? undefined : 'other line';
  }
  const cells = values.split(',');
  const cell = (name: string) => (fields.includes(name) ? (cells[fields.indexOf(name)] ?? '') : '');
  const start = readTime(cell('Start'));
  if (cells.length < fields.length || (start?.kind !== 'clock' && start?.kind !== 'stream')) return 'no time';
  // The text is the last field and may hold commas.
  const text = plainText(cells.slice(fields.indexOf('Text')).join(','));
  return { ms: start.ms, ...saidBy((cell('Name') || cell('Actor')).trim(), text) };
}

/** Twitch-Chat-Downloader writes the author before the text, too. */
function saidBy(author: string, text: string): { author: string; text: string } {
  const isNamed = author !== '' && text.startsWith(author);
  return { author, text: isNamed ? text.slice(author.length).replace(/^:? ?/u, '') : text };
}

function plainText(text: string): string {
  return text
    .replaceAll(OVERRIDES, '')
    .replaceAll(/\\[Nn]/gu, '\n')
    .replaceAll(String.raw`\h`, ' ')
    .trim();
}
