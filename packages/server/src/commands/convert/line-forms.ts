import { type ChatMessage, stampOf } from '@ovation/formats';

/** A form in which messages are written, one line each. */
export interface LineForm {
  /** comes before the first message; "" for none */
  readonly header: string;
  /** one message, with the line break at its end */
  readonly line: (message: ChatMessage) => string;
}

const COLUMNS = ['offsetMs', 'author', 'authorId', 'text', 'kind', 'emotes', 'bits', 'deleted', 'id'];
/** A spreadsheet calculates a cell that begins with one of these; chat is written by strangers. */
const CALCULATED = /^[=+\-@\t]/u;
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

export const lineForms: Readonly<Record<'jsonl' | 'csv' | 'txt', LineForm>> = {
  jsonl: { header: '', line: (message) => `${JSON.stringify(fieldsOf(message))}\n` },
  csv: {
    header: `${COLUMNS.join(',')}\n`,
    line: ({ offsetMs, author, authorId, text, kind, emotes, bits, deleted, id }) => {
      const keys = emotes.flatMap(({ key, count }) => Array.from({ length: count }, () => key)).join(' ');
      const texts = [author, authorId ?? '', text, kind, keys].map(textCell);
      return `${[offsetMs, ...texts, bits ?? '', deleted ?? '', textCell(id ?? '')].join(',')}\n`;
    },
  },
  txt: {
    header: '',
    line: ({ offsetMs, author, text }) => `[${stampOf(offsetMs)}] ${oneLine(author)}: ${oneLine(text)}\n`,
  },
};

/** In the order of the reference; what the log does not have is left out. */
function fieldsOf({ offsetMs, author, authorId, text, kind, emotes, bits, deleted, id }: ChatMessage) {
  return { offsetMs, author, authorId, text, kind, emotes, bits, deleted, id };
}

function textCell(text: string): string {
  const harmless = CALCULATED.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line break inside a text would begin a line that is no message. */
function oneLine(text: string): string {
  return text.replaceAll(CONTROLS, ' ');
}
