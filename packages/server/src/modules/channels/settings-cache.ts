import { channelSettingsSchema, type ChannelSettings, DEFAULT_CHANNEL } from '@ovation/protocol';
import { SharedCache, type SharedCacheParts } from '../../shared-cache/index.ts';

/** The lifetime and the key of the classic contract (S0-43). */
const TTL_MS = 300_000;
/** Redis writes its file once a second. */
const REPEAT_MS = 3_000;

type SettingsCacheParts = Pick<SharedCacheParts<ChannelSettings>, 'clock' | 'database' | 'metrics' | 'store'> & {
  /** Tells the other processes that a channel was changed. */
  readonly tellChanged?: (channel: string) => void;
};

/** Settings in the store that all nodes share. */
export class SettingsCache implements Disposable {
  readonly #cache: SharedCache<ChannelSettings>;
  readonly #tellChanged: SettingsCacheParts['tellChanged'];

  constructor({ tellChanged, ...parts }: SettingsCacheParts) {
    this.#tellChanged = tellChanged;
    this.#cache = new SharedCache({
      ...parts,
      name: 'settings',
      schema: channelSettingsSchema,
      ttlMs: TTL_MS,
      repeatMs: REPEAT_MS,
    });
  }

  get(channel: string, ask: () => Promise<ChannelSettings>): Promise<ChannelSettings> {
    const key = keyOf(channel);
    return this.#cache.get({ group: key, key }, ask);
  }

  /** After the commit of a change. */
  async changed(channel: string): Promise<void> {
    await this.#cache.invalidate(keyOf(channel), [keyOf(channel)]);
    this.#tellChanged?.(channel);
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
  }
}

function keyOf(channel: string): string {
  return channel === DEFAULT_CHANNEL ? 'settings' : `settings:${channel}`;
}
