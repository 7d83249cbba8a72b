import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Sends HTTP batches with ids, one after the other, and the same again until there is an answer. What was acknowledged is
 * in the journal, on disk, before the next batch: this process is not the one that is killed.
 */
export class BatchSender {
  resent = 0;
  /** batches that were acknowledged so far */
  answered = 0;
  readonly #journal: number;
  readonly #file: string;
  readonly #size: number;
  readonly #channel: string;
  #isStopped = false;

  constructor(parts: { journalFile: string; size: number; channel: string }) {
    this.#file = parts.journalFile;
    this.#journal = openSync(parts.journalFile, 'w');
    this.#size = parts.size;
    this.#channel = parts.channel;
  }

  /** `url` answers where the server is now; it may change at any time. */
  async run(url: () => string, pauseMs: number): Promise<void> {
    while (!this.#isStopped) {
      const occurredAt = new Date().toISOString();
      const reactions = Array.from({ length: this.#size }, () => ({ id: randomUUID(), emote: '🔥', occurredAt }));
      while (!(await this.#send(url(), reactions))) this.resent += 1;
      this.answered += 1;
      writeSync(this.#journal, `${reactions.map(({ id }) => id).join('\n')}\n`);
      fsyncSync(this.#journal);
      await pause(pauseMs);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  acknowledged(): Set<string> {
    closeSync(this.#journal);
    return new Set(readFileSync(this.#file, 'utf8').split('\n').filter(Boolean));
  }

  async #send(url: string, reactions: readonly object[]): Promise<boolean> {
    try {
      const response = await fetch(`${url}/api/v1/channels/${this.#channel}/reactions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reactions }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.status === 202) return true;
    } catch {
      // No answer: perhaps it was taken, perhaps not.
    }
    await pause(20);
    return false;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
