import {
  DEFAULT_SETTINGS,
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
  /** told whether the channel takes reactions, now and when that changes */
  readonly onOpen: (isOpen: boolean) => void;
}

/**
 * What a snapshot says of a channel: read once, then kept up to date by the channel's feed. Events that the read
 * already contains do no harm: versions and revisions only rise.
 */
export class ChannelState implements FeedState {
  #settings: ChannelSettings;
  #moments: readonly Moment[];
  #live: Channel['live'];
  readonly #onOpen: (isOpen: boolean) => void;

  constructor({ settings, moments, live, onOpen }: LoadedState) {
    this.#onOpen = onOpen;
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
      case 'channel':
        return this.#applyChannel(event.d.state);
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

  #applyChannel(state: 'archived' | 'open' | 'deleted'): void {
    this.#onOpen(state === 'open');
    if (state !== 'deleted') return;
    // Its version stays: the settings of a channel of this name that is made later have a higher one.
    this.#settings = { ...DEFAULT_SETTINGS, version: this.#settings.version };
    this.#moments = [];
    this.#live = null;
  }

  #applyMoment(moment: Moment): void {
    const index = this.#moments.findIndex(({ id }) => id === moment.id);
    if (index < 0) this.#moments = [moment, ...this.#moments].slice(0, SNAPSHOT_MOMENTS);
    else if ((this.#moments[index]?.rev ?? 0) < moment.rev) this.#moments = this.#moments.with(index, moment);
  }
}
