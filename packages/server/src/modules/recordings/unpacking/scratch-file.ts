import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Only this user reads what others have sent. */
const OWNER_ONLY = 0o600;
/** So much is kept in memory; most logs are known from their beginning and are never written. */
const KEPT_BYTES = 1_048_576;

/** A file of this process that disposing removes. */
export class ScratchFile implements AsyncDisposable {
  readonly path: string;
  #handle: FileHandle | undefined;

  /** @param folder where it lies; the system's folder for such when left out */
  constructor(folder = tmpdir()) {
    this.path = path.join(folder, `ovation-${process.pid}-${randomUUID()}`);
  }

  async write(piece: Uint8Array | string): Promise<void> {
    if (!this.#handle) {
      await mkdir(path.dirname(this.path), { recursive: true });
      this.#handle = await open(this.path, 'wx', OWNER_ONLY);
    }
    await this.#handle.writeFile(piece);
  }

  async *read(): AsyncGenerator<Uint8Array, void> {
    // Without an encoding the stream gives buffers.
    if (this.#handle) yield* createReadStream(this.path) as AsyncIterable<Uint8Array>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
    if (handle) await rm(this.path, { force: true });
  }
}

/** Bytes that come once, such as those of a pipe, and are read twice. */
export class TwiceRead implements AsyncDisposable {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #kept: Uint8Array[] = [];
  readonly #scratch: ScratchFile;
  #keptBytes = 0;

  constructor(source: AsyncIterable<Uint8Array>, folder?: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#scratch = new ScratchFile(folder);
  }

  /** The bytes from the beginning. It may end early. */
  async *first(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const next = await this.#source.next();
      if (next.done) return;
      await this.#keep(next.value);
      yield next.value;
    }
  }

  /** All bytes, after `first` has ended. */
  async *second(): AsyncGenerator<Uint8Array, void> {
    yield* this.#kept.splice(0);
    yield* this.#scratch.read();
    for (;;) {
      const next = await this.#source.next();
      if (next.done) return;
      yield next.value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scratch[Symbol.asyncDispose]();
    await this.#source.return?.();
  }

  async #keep(piece: Uint8Array): Promise<void> {
    this.#keptBytes += piece.length;
    // A copy: the source may use its buffer again.
    if (this.#keptBytes <= KEPT_BYTES) this.#kept.push(piece.slice());
    else await this.#scratch.write(piece);
  }
}
