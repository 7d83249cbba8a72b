export { readEmbeddedEmotes } from './emotes/read-embedded-emotes.ts';
export { readEmoteList } from './emotes/read-emote-list.ts';
export type { EmoteFlag, EmoteListEntry, EmoteProvider } from './emotes/listed-emote.ts';
export { importChat, importFormats } from './import/index.ts';
export type {
  ChatEmote,
  ChatImport,
  ChatKind,
  ChatMessage,
  ImportOptions,
  ImportReport,
  ListedEmote,
  TimeUnit,
} from './reading/chat.ts';
export type { ImportFormat } from './reading/format.ts';
export { emptyReport } from './reading/empty-report.ts';
export { RepeatedIds } from './reading/repeated-ids.ts';
export { ImportError } from './reading/import-error.ts';
export { msOfStamp, stampOf } from './reading/stamp.ts';
export { type FileKind, fileKindOf, KIND_BYTES, notText } from './reading/bytes/file-kind.ts';
export { utcOfIso } from './reading/utc.ts';
export type { Gunzip } from './reading/bytes/gunzip.ts';
