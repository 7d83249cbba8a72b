import { z } from 'zod';

/** The units of retention. */
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const WEEK_MS = 604_800_000;
/** 30 days */
export const MONTH_MS = 2_592_000_000;

/** An instant as every door takes it: ISO 8601 with Z or an offset, and a date that there is. */
export const instantSchema = z.iso.datetime({ offset: true });
/** The same as a pattern, for checks of single records, which zod would make slow. */
export const INSTANT = z.regexes.datetime({ offset: true });
