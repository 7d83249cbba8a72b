export { importChat, importFormats } from './import/index.ts';
export type { ChatEmote, ChatImport, ChatKind, ChatMessage, ImportOptions, ImportReport } from './reading/chat.ts';
export type { ImportFormat } from './reading/format.ts';
export { ImportError } from './reading/import-error.ts';
export { msOfStamp, stampOf } from './reading/stamp.ts';
