import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type ChatMessage, ImportError, type ImportOptions, type ImportReport, importChat } from '../src/index.ts';

export interface Imported {
  readonly messages: ChatMessage[];
  readonly report: Readonly<ImportReport>;
}

/** Imports a file given as text or bytes, cut into pieces of `size` bytes. */
export async function importBytes(
  content: string | Uint8Array,
  { size = 65_536, ...options }: ImportOptions & { size?: number } = {},
): Promise<Imported> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const chat = importChat(piecesOf(bytes, size), options);
  const messages: ChatMessage[] = [];
  for await (const message of chat) messages.push(message);
  return { messages, report: chat.report };
}

/** The sentence with which the import fails. Other errors are thrown again. */
export async function refusal(content: string | Uint8Array, size?: number): Promise<string> {
  try {
    const { messages } = await importBytes(content, size === undefined ? {} : { size });
    return `imported ${messages.length} messages`;
  } catch (error) {
    if (error instanceof ImportError) return error.message;
    throw error;
  }
}

export async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A comment in TwitchDownloader's layout. */
export function comment(seconds: unknown, text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    content_offset_seconds: seconds,
    commenter: { display_name: 'Ada', name: 'ada' },
    message: { body: text, fragments: [{ text, emoticon: null }], emoticons: [] },
    ...more,
  };
}

export function chatJson(comments: readonly unknown[], more: Record<string, unknown> = {}): string {
  return JSON.stringify({ FileInfo: { Version: { Major: 1 } }, ...more, comments, embeddedData: null });
}

/** Collects all items; the configured TypeScript library does not have Array.fromAsync. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** Gunzip of Node, as the commands use it. */
export async function* gunzipByNode(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const unpacker = createGunzip();
  const feeding = pipeline(Readable.from(packed), unpacker).catch(() => {});
  try {
    // Without an encoding the stream gives buffers.
    yield* unpacker as AsyncIterable<Uint8Array>;
  } finally {
    await feeding;
  }
}
