import {
  type ChatImport,
  ImportError,
  type ImportOptions,
  importChat,
  type ListedEmote,
  readEmbeddedEmotes,
} from '@ovation/formats';
import { UnpackedTooLarge } from '../recording-problem.ts';
import { UnpackedBudget } from '../unpacking/limit-bytes.ts';
import { type GivenFile, logsIn, type UnpackedLog } from '../unpacking/logs-in.ts';
import { TwiceRead } from '../unpacking/scratch-file.ts';
import { joinChats } from './join-chats.ts';
import { begin, type RecordedChat } from './recorded-chat.ts';

/** How chat logs are read, the same for every command and for the API. */
export interface ReadingOptions extends Pick<ImportOptions, 'unit' | 'start' | 'words'> {
  /** the files, and the logs in an archive, are parts of one broadcast, in their order */
  readonly join?: boolean | undefined;
  /** emotes of third parties by name; those that a log embeds come after them */
  readonly emotes?: ReadonlyMap<string, ListedEmote>;
  /** Embedded emotes stand behind the messages, so a log that may have some is read twice. */
  readonly withEmbeddedEmotes?: boolean;
  /** what a file may unpack to; no limit when left out, because a command reads the caller's own files */
  readonly unpackedMaxBytes?: number;
  /** where what must lie on the disk lies meanwhile; the system's folder for such when left out */
  readonly scratchFolder?: string;
  /** hears of a file in an archive that is no chat log, and why */
  readonly onLeftOut?: (name: string, reason: string) => void;
}

/**
 * The chat logs in files, in their order: each is read, or given up, before the next one is asked for. Joined parts are one
 * chat. Memory does not grow with the files.
 * @throws ImportError for a file that cannot be read; iterating a chat throws what its import throws
 */
export async function* chatsIn(
  files: Iterable<GivenFile>,
  options: ReadingOptions = {},
): AsyncGenerator<RecordedChat, void> {
  if (!options.join) {
    for (const file of files) yield* chatsInFile(file, options);
    return;
  }
  const given = [...files];
  async function* parts() {
    for (const file of given) yield* chatsInFile(file, options);
  }
  const name = given.map((file) => file.name).join(' + ');
  const reading = parts();
  try {
    yield { name, chat: joinChats(reading) };
  } finally {
    await reading.return();
  }
}

async function* chatsInFile(file: GivenFile, options: ReadingOptions): AsyncGenerator<RecordedChat, void> {
  const { unpackedMaxBytes = Number.POSITIVE_INFINITY, scratchFolder } = options;
  let found = 0;
  let first: string | undefined;
  const onLeftOut = (name: string, reason: string) => {
    first ??= `${name}: ${reason}`;
    options.onLeftOut?.(name, reason);
  };
  const budget = new UnpackedBudget(unpackedMaxBytes);
  for await (const log of logsIn(file, { budget, scratchFolder, onLeftOut })) {
    await using bytes = new TwiceRead(log.bytes, scratchFolder);
    const embedded = options.withEmbeddedEmotes ? await readEmbeddedEmotes(log.again?.() ?? bytes.first()) : [];
    const chat = await beginImport(log, importOf(bytes, embedded, options), onLeftOut);
    if (!chat) continue;
    found += 1;
    yield { name: log.name, chat };
  }
  if (found === 0) throw new ImportError(`No file in the archive is a chat log; the first is ${first ?? file.name}`);
}

function importOf(
  bytes: TwiceRead,
  embedded: Iterable<readonly [string, ListedEmote]>,
  { emotes = new Map(), start, unit, words }: ReadingOptions,
): ChatImport {
  const given = { ...(unit && { unit }), ...(start !== undefined && { start }), ...(words && { words }) };
  return importChat(bytes.second(), { ...given, emotes: new Map([...embedded, ...emotes]) });
}

/** The chat; undefined when it is another file of an archive. */
async function beginImport(
  { isFromArchive, name }: UnpackedLog,
  chat: ChatImport,
  onLeftOut: (name: string, reason: string) => void,
): Promise<ChatImport | undefined> {
  if (!isFromArchive) return chat;
  try {
    return await begin(chat);
  } catch (error) {
    const isOther = error instanceof ImportError && !(error instanceof UnpackedTooLarge) && chat.report.format === '';
    if (!isOther) throw error;
    onLeftOut(name, error.message);
    return undefined;
  }
}
