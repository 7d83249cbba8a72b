/** Rooms that are opened at once: each asks the database, which answers one question after the other. */
const AT_ONCE = 16;
/** The same for one lane: a stranger that opens hundreds leaves room for others. */
const AT_ONCE_OF_ONE = 4;
/** Openings of one lane that may wait. */
const WAITING_OF_ONE = 2_000;

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets rooms open in turns: lanes one after the other, so that none waits for all that another has asked for. */
export class OpeningTurns {
  readonly #queues = new Map<string, Queue>();
  #running = 0;

  /** @throws Error when too many of the lane wait, and what the work throws */
  async run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(lane) ?? { running: 0, waiting: [] };
    this.#queues.set(lane, queue);
    if (queue.waiting.length >= WAITING_OF_ONE) throw new Error(`Too many feeds are being opened by ${lane}`);
    if (!this.#hasRoom(queue)) {
      const turn = Promise.withResolvers<void>();
      queue.waiting.push(turn.resolve);
      await turn.promise;
    } else this.#begin(queue);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      queue.running -= 1;
      if (queue.running === 0 && queue.waiting.length === 0) this.#queues.delete(lane);
      this.#next();
    }
  }

  #hasRoom(queue: Queue): boolean {
    return this.#running < AT_ONCE && queue.running < AT_ONCE_OF_ONE;
  }

  #begin(queue: Queue): void {
    this.#running += 1;
    queue.running += 1;
  }

  #next(): void {
    for (const [lane, queue] of this.#queues) {
      if (queue.waiting.length === 0 || !this.#hasRoom(queue)) continue;
      // To the end of the line: the next turn is another lane's.
      this.#queues.delete(lane);
      this.#queues.set(lane, queue);
      this.#begin(queue);
      queue.waiting.shift()?.();
      return;
    }
  }
}
