import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { bytesLeft, DISK_ROOM } from '../../disk-room.ts';
import { tooLargeText } from './limit-bytes.ts';
import { RecordingProblem } from './recording-problem.ts';

const BUSY = 'As many recordings come in as this server takes at once; try again when one is done';
const FULL = 'The disk of the server has no room for the file now; try again later, or use ovation analyze';
/** The disk is asked again after so many bytes. */
const ASK_EVERY_BYTES = 16_777_216;
/** Only this user reads what others have sent. */
const OWNER_ONLY = 0o600;

export interface SpoolLimits {
  /** of one file */
  readonly maxBytes: number;
  /** files of one caller at once */
  readonly perCaller: number;
  readonly inAll: number;
  /** of all files together */
  readonly allBytes: number;
}

/** A file that has come in whole. Disposing removes it. */
export interface SpooledFile extends AsyncDisposable {
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Files on their way in. A slow sender costs a file that grows and nothing else: the places of analyses are few, and a file
 * takes one when it is whole.
 */
export class Spool {
  readonly #folder: string;
  readonly #limits: SpoolLimits;
  readonly #callers = new Map<string, number>();
  #files = 0;
  #bytes = 0;

  constructor(folder: string, limits: SpoolLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Removes what a killed server left. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @throws RecordingProblem `too_large`, `busy`, `no_room`; what the source throws */
  async take(source: AsyncIterable<Uint8Array>, caller: string): Promise<SpooledFile> {
    const own = this.#callers.get(caller) ?? 0;
    if (own >= this.#limits.perCaller || this.#files >= this.#limits.inAll) throw new RecordingProblem('busy', BUSY);
    this.#files += 1;
    this.#callers.set(caller, own + 1);
    const file = path.join(this.#folder, randomUUID());
    const written = { bytes: 0 };
    const dispose = async () => {
      this.#leave(caller, written.bytes);
      await rm(file, { force: true });
    };
    try {
      await this.#write(file, source, written);
    } catch (error) {
      await dispose();
      throw error;
    }
    return { read: () => createReadStream(file), [Symbol.asyncDispose]: dispose };
  }

  async #write(file: string, source: AsyncIterable<Uint8Array>, written: { bytes: number }): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await using handle = await open(file, 'wx', OWNER_ONLY);
    let askAt = 0;
    for await (const piece of source) {
      written.bytes += piece.length;
      this.#bytes += piece.length;
      const { allBytes, maxBytes } = this.#limits;
      if (written.bytes > maxBytes) throw new RecordingProblem('too_large', tooLargeText(maxBytes, 'sent'));
      if (this.#bytes > allBytes) throw new RecordingProblem('busy', BUSY);
      if (written.bytes > askAt) {
        await this.#refuseWithoutRoom();
        askAt = written.bytes + ASK_EVERY_BYTES;
      }
      await handle.writeFile(piece);
    }
  }

  /** What is left belongs to reactions first. */
  async #refuseWithoutRoom(): Promise<void> {
    const room = bytesLeft(await statfs(this.#folder));
    if (room < DISK_ROOM.ready + 2 * ASK_EVERY_BYTES) throw new RecordingProblem('no_room', FULL);
  }

  #leave(caller: string, bytes: number): void {
    this.#files -= 1;
    this.#bytes -= bytes;
    const left = (this.#callers.get(caller) ?? 1) - 1;
    if (left > 0) this.#callers.set(caller, left);
    else this.#callers.delete(caller);
  }
}
