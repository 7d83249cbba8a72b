/** Channels that the owner made, or callers with a token for it; more than this is a mistake. */
export const CHANNELS_MAX = 10_000;
/** Channels that callers without a token made on an open server, and records that others wrote: room of their own. */
export const OPEN_CHANNELS_MAX = 1_000;

/** Emotes of one channel that have a name of their own. */
export const ALIASES_MAX = 2_000;

/** Another process may have changed a channel this long before we notice. */
export const MEMORY_MS = 500;

/** On the bus: the name of a channel that was changed. */
export const CHANGED_SUBJECT = 'channels:changed';

/** How long a change waits for its control record to be in the event log (flows.md row 4). */
export const RELAY_WAIT_MS = 1_000;
