import { randomUUID } from 'node:crypto';
import {
  type Broadcast,
  type Channel,
  channelNameSchema,
  type ChannelSettings,
  DEFAULT_SETTINGS,
  type SettingsPatch,
} from '@ovation/protocol';
import type { ChannelMaker } from '../../callers/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Database, UnitOfWork } from '../../ports/database.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { type Limits, POLICIES } from '../limits/index.ts';
import * as broadcasts from './change-broadcast.ts';
import { changeSettings } from './change-settings.ts';
import type { Home } from './control-record.ts';
import { archiveChannel, deleteChannel, type ForgetChannel, makeChannel, restoreChannel } from './keep-channel.ts';
import { KnownNames } from './known-names.ts';
import { ALIASES_MAX, CHANNELS_MAX, MEMORY_MS, RELAY_WAIT_MS } from './limits.ts';
import { ChannelProblem } from './problems.ts';
import { checkAliases, rememberAliases } from './remember-aliases.ts';
import type { SettingsCache } from './settings-cache.ts';
import { ShortMemory } from './short-memory.ts';
import {
  type BroadcastPlace,
  selectAliases,
  selectBroadcast,
  selectBroadcasts,
  selectChannels,
  selectDeleted,
  selectIsOwners,
  selectNames,
  selectSettings,
} from './store.ts';

export { type ChannelChange, changeChannel } from './change-channel.ts';
export { channelMigrations } from './migrations.ts';
export { nameEmotes } from './name-emotes.ts';
export { ChannelProblem } from './problems.ts';
export { settingsBody } from './settings-body.ts';

/** A streamer's places, their settings, their live sessions and the names of their emotes. */
export interface Channels extends Disposable {
  /**
   * Creates the channel when missing; cheap when known. Nothing else creates one.
   * @throws ChannelProblem `wrong_name`, `too_many_channels`, `too_many_new_channels`
   */
  ensure(name: string, maker: ChannelMaker): Promise<void>;
  find(name: string): Promise<Channel | undefined>;
  /** Whether the owner made it, or a caller with a token for it. */
  isOwners(name: string): Promise<boolean>;
  /** By name; those that are archived, or those that are not. */
  list(options?: { archived?: boolean }): Promise<Channel[]>;
  /**
   * Whether a record that was written at `at` (ms) belongs to a channel of this name that was deleted afterwards: it makes
   * no new one.
   */
  isOfDeleted(name: string, at: number): Promise<boolean>;
  /**
   * An archived channel is in no list and takes nothing new; what it has can be read. Doing it again changes nothing.
   * @throws ChannelProblem `unknown_channel`
   */
  archive(name: string): Promise<void>;
  /** @throws ChannelProblem `unknown_channel` */
  restore(name: string): Promise<void>;
  /**
   * Removes the channel and what belongs to it, for good; `default` begins anew instead. Resolves as `changeSettings` does.
   * @throws ChannelProblem `unknown_channel`
   */
  remove(name: string): Promise<void>;
  /** Said by the modules that have something of a channel: called in the transaction of its deletion. */
  onDelete(forget: ForgetChannel): void;
  /** Another process has changed the channel: what is remembered of it counts no more. */
  forget(name: string): void;
  /** The defaults with version 0 when they were never changed. At most half a second behind other processes. */
  settings(name: string): Promise<ChannelSettings>;
  /**
   * Resolves when the control record is in the event log, at most one second after the commit. A patch that changes
   * nothing makes no new version.
   * @param options.ifVersion refuse unless this version is in force
   * @throws ChannelProblem `wrong_name`, `unknown_channel`, `version_conflict`
   */
  changeSettings(name: string, patch: SettingsPatch, options?: { ifVersion?: number }): Promise<ChannelSettings>;
  /**
   * One that is live ends first. Raises the version of the settings: control records share one counter.
   * @param options.id the same id again starts nothing and answers the broadcast that it started
   * @throws ChannelProblem `wrong_name`, `unknown_channel`
   */
  startBroadcast(name: string, title: string, options?: { id?: string }): Promise<Broadcast>;
  /** The broadcast that ended, or undefined when none was live. */
  endBroadcast(name: string): Promise<Broadcast | undefined>;
  /** Newest first; `after` is the last one that was seen. */
  broadcasts(name: string, page: { after?: BroadcastPlace | undefined; limit: number }): Promise<Broadcast[]>;
  broadcast(name: string, id: string): Promise<Broadcast | undefined>;
  /**
   * Emote key → shown name. Up to the bound the names are kept even when it throws for the rest.
   * @throws ChannelProblem `wrong_alias`, `too_many_aliases`, `wrong_name`, `unknown_channel`
   */
  rememberAliases(name: string, aliases: ReadonlyMap<string, string>): Promise<void>;
  aliases(name: string): Promise<ReadonlyMap<string, string>>;
}

export interface ChannelsParts {
  readonly database: Database;
  /** true when everything committed to the outbox before the call is in the event log */
  readonly outbox: { relayed(timeoutMs: number): Promise<boolean> };
  /** of the module `feeds` */
  readonly clearFeed: (uow: UnitOfWork, feed: string) => Promise<void>;
  readonly limits: Pick<Limits, 'take'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** settings that all nodes share; without it each asks the database */
  readonly cache?: SettingsCache;
  /** recorded partitions of topic `activity` */
  readonly activityPartitions: number;
}

export function createChannels(parts: ChannelsParts): Channels {
  return new StoredChannels(parts);
}

class StoredChannels implements Channels {
  readonly #parts: ChannelsParts;
  readonly #forget: ForgetChannel[] = [];
  readonly #known: KnownNames;
  readonly #found: ShortMemory<Channel | undefined>;
  readonly #settings: ShortMemory<ChannelSettings>;
  readonly #aliases: ShortMemory<ReadonlyMap<string, string>>;

  constructor(parts: ChannelsParts) {
    const memory = { clock: parts.clock, forMs: MEMORY_MS, maxEntries: CHANNELS_MAX };
    this.#parts = parts;
    this.#known = new KnownNames((names) => selectNames(parts.database.sql, names));
    this.#found = new ShortMemory(memory);
    this.#settings = new ShortMemory(memory);
    this.#aliases = new ShortMemory(memory);
  }

  async ensure(name: string, maker: ChannelMaker): Promise<void> {
    checkName(name);
    if (await this.find(name)) return;
    const { database, limits, logger } = this.#parts;
    const isOwners = maker === 'owner';
    const taken = isOwners ? undefined : await limits.take(POLICIES.newChannels, maker.network);
    if (taken?.allowed === false) {
      throw new ChannelProblem('too_many_new_channels', taken.policy.text, taken.retryAfterS);
    }
    await database.unitOfWork((uow) => makeChannel(uow, this.#homeOf(name), { at: this.#now(), isOwners }));
    await this.#touched(name);
    logger.info({ channel: name, maker }, 'Channel created');
    await this.#relayed(name);
  }

  async archive(name: string): Promise<void> {
    const { database, logger } = this.#parts;
    await database.unitOfWork((uow) => archiveChannel(uow, this.#homeOf(name), this.#now()));
    await this.#touched(name);
    logger.info({ channel: name }, 'Channel archived');
    await this.#relayed(name);
  }

  async restore(name: string): Promise<void> {
    const { database, logger } = this.#parts;
    await database.unitOfWork((uow) => restoreChannel(uow, name, this.#now()));
    await this.#touched(name);
    logger.info({ channel: name }, 'Channel restored');
  }

  async remove(name: string): Promise<void> {
    const { clearFeed, database, logger } = this.#parts;
    const forget = this.#forget;
    await database.unitOfWork((uow) =>
      deleteChannel(uow, { ...this.#homeOf(name), at: this.#now(), forget, clearFeed }),
    );
    await this.#touched(name);
    this.#known.forget(name);
    this.#aliases.forget(name);
    logger.info({ channel: name }, 'Channel deleted');
    await this.#relayed(name);
  }

  onDelete(forget: ForgetChannel): void {
    this.#forget.push(forget);
  }

  async isOfDeleted(name: string, at: number): Promise<boolean> {
    const deleted = await selectDeleted(this.#parts.database.sql, name);
    return deleted !== undefined && at <= deleted.deletedAt;
  }

  async find(name: string): Promise<Channel | undefined> {
    if (!isName(name) || !(await this.#known.exists(name))) return undefined;
    return this.#found.get(name, async () => (await selectChannels(this.#parts.database.sql, name))[0]);
  }

  isOwners(name: string): Promise<boolean> {
    return selectIsOwners(this.#parts.database.sql, name);
  }

  async list({ archived = false }: { archived?: boolean } = {}): Promise<Channel[]> {
    const channels = await selectChannels(this.#parts.database.sql);
    return channels.filter(({ archivedAt }) => (archivedAt !== undefined) === archived);
  }

  forget(name: string): void {
    this.#found.forget(name);
    this.#settings.forget(name);
  }

  [Symbol.dispose](): void {
    this.#parts.cache?.[Symbol.dispose]();
  }

  async settings(name: string): Promise<ChannelSettings> {
    checkName(name);
    if (!(await this.#known.exists(name)))
      return { ...structuredClone(DEFAULT_SETTINGS), version: 0, customized: false };
    const { cache, database } = this.#parts;
    const select = () => selectSettings(database.sql, name);
    const settings = await this.#settings.get(name, () => (cache ? cache.get(name, select) : select()));
    // A copy: the remembered object is shared by all callers of the same moment.
    return { ...settings, allowedEmotes: [...settings.allowedEmotes] };
  }

  async changeSettings(
    name: string,
    patch: SettingsPatch,
    options: { ifVersion?: number } = {},
  ): Promise<ChannelSettings> {
    checkName(name);
    const { activityPartitions, database, logger } = this.#parts;
    const change = { channel: name, patch, ifVersion: options.ifVersion, activityPartitions };
    const outcome = await database.unitOfWork((uow) => changeSettings(uow, change));
    await this.#touched(name);
    if (!outcome.changed) return outcome.settings;
    logger.info({ channel: name, settings: outcome.settings }, 'Settings changed');
    await this.#relayed(name, outcome.settings.version);
    return outcome.settings;
  }

  async startBroadcast(name: string, title: string, options: { id?: string } = {}): Promise<Broadcast> {
    checkName(name);
    const { activityPartitions, clock, database, logger } = this.#parts;
    const startedAt = new Date(clock.now()).toISOString();
    const wanted: Broadcast = { id: options.id ?? randomUUID(), channel: name, title, startedAt, endedAt: null };
    const broadcast = await database.unitOfWork((uow) =>
      broadcasts.startBroadcast(uow, { channel: name, activityPartitions }, wanted),
    );
    await this.#touched(name);
    if (broadcast !== wanted) return broadcast;
    logger.info({ channel: name, broadcast: broadcast.id }, 'Broadcast started');
    await this.#relayed(name);
    return broadcast;
  }

  async endBroadcast(name: string): Promise<Broadcast | undefined> {
    if (!isName(name)) return undefined;
    const { activityPartitions, clock, database, logger } = this.#parts;
    const endedAt = new Date(clock.now()).toISOString();
    const ended = await database.unitOfWork((uow) =>
      broadcasts.endBroadcast(uow, { channel: name, activityPartitions }, endedAt),
    );
    if (!ended) return undefined;
    await this.#touched(name);
    logger.info({ channel: name, broadcast: ended.id }, 'Broadcast ended');
    await this.#relayed(name);
    return ended;
  }

  async broadcasts(name: string, page: { after?: BroadcastPlace | undefined; limit: number }): Promise<Broadcast[]> {
    checkName(name);
    return selectBroadcasts(this.#parts.database.sql, name, page);
  }

  async broadcast(name: string, id: string): Promise<Broadcast | undefined> {
    const found = await selectBroadcast(this.#parts.database.sql, id);
    return found?.channel === name ? found : undefined;
  }

  async rememberAliases(name: string, aliases: ReadonlyMap<string, string>): Promise<void> {
    if (aliases.size === 0) return;
    checkAliases(aliases);
    const known = await this.aliases(name);
    if ([...aliases].every(([emote, shown]) => known.get(emote) === shown)) return;
    const leftOut = await this.#parts.database.unitOfWork((uow) => rememberAliases(uow, name, aliases));
    this.#aliases.forget(name);
    if (leftOut > 0) {
      throw new ChannelProblem(
        'too_many_aliases',
        `Channel ${name} has names for ${ALIASES_MAX} emotes, the most there can be; ${leftOut} were left out`,
      );
    }
  }

  async aliases(name: string): Promise<ReadonlyMap<string, string>> {
    checkName(name);
    if (!(await this.#known.exists(name))) return new Map();
    return this.#aliases.get(name, () => selectAliases(this.#parts.database.sql, name));
  }

  #homeOf(channel: string): Home {
    return { channel, activityPartitions: this.#parts.activityPartitions };
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  /** After a commit: no caller is given the old state any more, on this node or another. */
  async #touched(name: string): Promise<void> {
    this.#known.add(name);
    this.forget(name);
    await this.#parts.cache?.changed(name);
    // What was read meanwhile may be of the time before.
    this.forget(name);
  }

  async #relayed(channel: string, version?: number): Promise<void> {
    const relayed = await this.#parts.outbox.relayed(RELAY_WAIT_MS);
    if (!relayed) {
      this.#parts.logger.warn(
        { channel, version },
        'The control record is not in the event log yet; it follows by itself',
      );
    }
  }
}

function isName(name: string): boolean {
  return channelNameSchema.safeParse(name).success;
}

function checkName(name: string): void {
  const answer = channelNameSchema.safeParse(name);
  if (answer.success) return;
  throw new ChannelProblem('wrong_name', answer.error.issues[0]?.message ?? 'This is not a channel name');
}
