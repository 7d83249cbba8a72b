import { mkdir } from 'node:fs/promises';
import { diskHasRoom } from '../../../disk-room.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { dumpFile, listDumps, pruneDumps } from './dumps.ts';
import type { ThreadLink } from '../thread/thread-link.ts';

const SYNC_EVERY_MS = 60_000;
const DUMP_EVERY_MS = 3_600_000;
/** A start is busy enough without a dump; a process that is started every half hour still gets its dumps. */
const FIRST_DUMP_AFTER_MS = 600_000;

export interface DurabilityParts {
  readonly link: Pick<ThreadLink, 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dumpFolder: string;
  /** whether the disk can take more; asks the disk when left out */
  readonly hasRoom?: () => Promise<boolean>;
}

/**
 * PGlite hands its writes to the operating system and never flushes them. Once a minute, if something was written,
 * everything goes to disk at one consistent point; once an hour the whole folder is packed, because between two such
 * points a loss of power may leave pages of different ages.
 */
export class Durability implements AsyncDisposable {
  readonly #parts: DurabilityParts;
  readonly #timer: Disposable;
  #running: Promise<void> | undefined;
  #nextDumpAtMs: number;
  #writtenSinceDump = false;
  #failing = false;

  private constructor(parts: DurabilityParts, nextDumpAtMs: number) {
    this.#parts = parts;
    this.#nextDumpAtMs = nextDumpAtMs;
    this.#timer = parts.clock.every(SYNC_EVERY_MS, () => this.#check());
    // A folder that was just made is not on disk yet; nobody need wait for that.
    this.#check();
  }

  static async start(parts: DurabilityParts): Promise<Durability> {
    await mkdir(parts.dumpFolder, { recursive: true });
    const newest = (await listDumps(parts.dumpFolder)).at(-1);
    const due = newest ? newest.takenAtMs + DUMP_EVERY_MS : 0;
    return new Durability(parts, Math.max(due, parts.clock.now() + FIRST_DUMP_AFTER_MS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer[Symbol.dispose]();
    await this.#running;
  }

  #check(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const { link, clock, logger, dumpFolder, hasRoom = () => diskHasRoom(dumpFolder) } = this.#parts;
    try {
      // A checkpoint that the disk refuses is a panic for PostgreSQL: the database would be gone until the next start.
      if (!(await hasRoom())) throw new Error('The disk of the data folder is full');
      if ((await link.request({ kind: 'sync' })) > 0) this.#writtenSinceDump = true;
      if (this.#writtenSinceDump && clock.now() >= this.#nextDumpAtMs) await this.#dump();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        logger.error({ err: error }, 'The database could not be secured on disk; trying every minute');
      this.#failing = true;
    }
  }

  async #dump(): Promise<void> {
    const { link, clock, logger, dumpFolder } = this.#parts;
    const file = dumpFile(dumpFolder, clock.now());
    const bytes = await link.request({ kind: 'dump', file });
    this.#nextDumpAtMs = clock.now() + DUMP_EVERY_MS;
    this.#writtenSinceDump = false;
    await pruneDumps(dumpFolder);
    logger.info({ file, bytes }, 'Dump of the database written');
  }
}
