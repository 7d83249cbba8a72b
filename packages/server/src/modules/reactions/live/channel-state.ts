import {
  emoteKey,
  type Channel,
  type ChannelEvent,
  type ChannelSettings,
  type ChannelSnapshot,
  type Moment,
} from '@ovation/protocol';
import type { FeedState } from '../../../gateway/rooms/feed-kind.ts';

/** Newest moments of a snapshot. */
export const SNAPSHOT_MOMENTS = 50;

/** An entry of the channel's feed; `void` when it could not be read. */
export type ReadEvent = ChannelEvent | { readonly y: 'void' };

export interface LoadedState {
  readonly settings: ChannelSettings;
  /** newest first */
  readonly moments: readonly Moment[];
  readonly live: Channel['live'];
}

/**
 * What a snapshot says of a channel: read once, then kept up to date by the channel's feed. Events that the read
 * already contains do no harm: versions and revisions only rise.
 */
export class ChannelState implements FeedState {
  #settings: ChannelSettings;
  #moments: readonly Moment[];
  #live: Channel['live'];

  constructor({ settings, moments, live }: LoadedState) {
    this.#settings = settings;
    this.#moments = moments.slice(0, SNAPSHOT_MOMENTS);
    this.#live = live;
  }

  apply(event: ReadEvent): void {
    switch (event.y) {
      case 'moment':
        return this.#applyMoment(event.d);
      case 'settings':
        if (event.d.version > this.#settings.version) this.#settings = event.d;
        return undefined;
      case 'broadcast':
        if (event.d.endedAt === null) this.#live = event.d;
        else if (this.#live?.id === event.d.id) this.#live = null;
        return undefined;
      default:
        return undefined;
    }
  }

  /** Keys of the allowed emotes, in the streamer's order. */
  allowedKeys(): string[] {
    return this.#settings.allowedEmotes.map(emoteKey).filter((key) => key !== undefined);
  }

  snapshot(): Pick<ChannelSnapshot, 'settings' | 'moments' | 'broadcast'> {
    const { interval, threshold, allowedEmotes, version } = this.#settings;
    const live = this.#live;
    return {
      settings: { interval, threshold, allowedEmotes, version },
      moments: [...this.#moments],
      broadcast: live ? { id: live.id, title: live.title, startedAt: live.startedAt } : null,
    };
  }

  #applyMoment(moment: Moment): void {
    const index = this.#moments.findIndex(({ id }) => id === moment.id);
    if (index < 0) this.#moments = [moment, ...this.#moments].slice(0, SNAPSHOT_MOMENTS);
    else if ((this.#moments[index]?.rev ?? 0) < moment.rev) this.#moments = this.#moments.with(index, moment);
  }
}
