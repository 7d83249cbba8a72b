/** Every caller with the right to change settings can make channels; more than this is a mistake or an attack. */
export const CHANNELS_MAX = 10_000;

/** Emotes of one channel that have a name of their own. */
export const ALIASES_MAX = 2_000;

/** Another process may have changed a channel this long before we notice. */
export const MEMORY_MS = 500;

/** How long a change waits for its control record to be in the event log (flows.md row 4). */
export const RELAY_WAIT_MS = 1_000;
