export { importChat, importFormats } from './import/index.ts';
export type {
  ChatEmote,
  ChatImport,
  ChatKind,
  ChatMessage,
  ImportFormat,
  ImportOptions,
  ImportReport,
} from './reading/chat.ts';
export { ImportError } from './reading/import-error.ts';
export { msOfStamp, stampOf } from './reading/stamp.ts';
