import type { MessageToProduce } from '@platformatic/kafka';

/** Below the limit of any topic that takes a record of the largest size. */
const MAX_BATCH_BYTES = 1_000_000;
const MAX_BATCH_RECORDS = 10_000;

export type Message = MessageToProduce;

/** Records of one call for one partition that go together. */
export interface Piece {
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly appended: (place: BatchPlace) => void;
  readonly failed: (error: unknown) => void;
}

/** Where the first record of a batch stands, and when the broker appended all of it. */
export interface BatchPlace {
  readonly offset: number;
  readonly appendedAt: number;
}

/** Sends one batch, and answers when it is stored. */
export type SendBatch = (messages: readonly Message[]) => Promise<BatchPlace>;

/**
 * What is appended to one partition, in order: one batch is under way, and what comes meanwhile is the next one. So callers
 * that append at the same time share a request, and a batch never overtakes the one before.
 */
export class Lane {
  readonly #send: SendBatch;
  #waiting: Piece[] = [];
  #running: Promise<void> | undefined;

  constructor(send: SendBatch) {
    this.#send = send;
  }

  add(piece: Piece): void {
    this.#waiting.push(piece);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Takes back what has not been sent. */
  withdraw(pieces: ReadonlySet<Piece>): void {
    this.#waiting = this.#waiting.filter((piece) => !pieces.has(piece));
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Callers that append in the same turn go together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) await this.#sendBatch(batch);
  }

  async #sendBatch(batch: readonly Piece[]): Promise<void> {
    try {
      const { offset, appendedAt } = await this.#send(batch.flatMap(({ messages }) => messages));
      let next = offset;
      for (const piece of batch) {
        piece.appended({ offset: next, appendedAt });
        next += piece.messages.length;
      }
    } catch (error) {
      for (const piece of batch) piece.failed(error);
    }
  }

  #nextBatch(): Piece[] {
    let bytes = 0;
    let records = 0;
    let count = 0;
    for (const piece of this.#waiting) {
      bytes += piece.bytes;
      records += piece.messages.length;
      if (count > 0 && (bytes > MAX_BATCH_BYTES || records > MAX_BATCH_RECORDS)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

/** A call's records for one partition as pieces, each of which fits a batch. */
export function* piecesOf(messages: readonly { readonly message: Message; readonly bytes: number }[]) {
  let piece: { messages: Message[]; bytes: number } = { messages: [], bytes: 0 };
  for (const { message, bytes } of messages) {
    const isFull = piece.bytes + bytes > MAX_BATCH_BYTES || piece.messages.length >= MAX_BATCH_RECORDS;
    if (isFull && piece.messages.length > 0) {
      yield piece;
      piece = { messages: [], bytes: 0 };
    }
    piece.messages.push(message);
    piece.bytes += bytes;
  }
  if (piece.messages.length > 0) yield piece;
}
