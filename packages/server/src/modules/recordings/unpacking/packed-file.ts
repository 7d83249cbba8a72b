/** A file in an archive. */
export interface PackedFile {
  /** with its folders, as the archive has it */
  readonly name: string;
  /** whether its bytes can be read several times */
  readonly isRepeatable: boolean;
  /** Its bytes, before the next file is asked for. */
  read(): AsyncIterable<Uint8Array>;
}

/** Files that systems put into archives and that hold nothing of a person. */
const LEFT_BEHIND = /(?:^|\/)(?:__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/u;

export function isLeftBehind(name: string): boolean {
  return LEFT_BEHIND.test(name);
}
