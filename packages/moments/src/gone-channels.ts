import type { AnalyzedChannel } from './analyzed-channel.ts';
import { GONE_MEMORY_MS } from './window.ts';

/** Deleted channels of a partition, while records of theirs may still be on their way. */
export class GoneChannels {
  readonly #goneAt = new Map<string, number>();

  constructor(channels: ReadonlyMap<string, AnalyzedChannel>) {
    for (const [name, { goneAt }] of channels) if (goneAt !== undefined) this.#goneAt.set(name, goneAt);
  }

  get names(): readonly string[] {
    return [...this.#goneAt.keys()];
  }

  add(name: string, at: number): void {
    this.#goneAt.set(name, at);
  }

  delete(name: string): void {
    this.#goneAt.delete(name);
  }

  /** `forgotten` is answered once: the caller then drops the channel's state. Undefined for a channel that is not deleted. */
  stateOf(name: string, appendedAt: number): 'gone' | 'forgotten' | undefined {
    // Nearly always empty, and asked for each channel of each digest.
    if (this.#goneAt.size === 0) return undefined;
    const at = this.#goneAt.get(name);
    if (at === undefined) return undefined;
    if (appendedAt - at <= GONE_MEMORY_MS) return 'gone';
    this.#goneAt.delete(name);
    return 'forgotten';
  }
}
