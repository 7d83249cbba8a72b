/** The units of retention. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;
/** 30 days */
export const MONTH_MS = 2_592_000_000;
