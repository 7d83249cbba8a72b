import { ANALYZER_MUTANTS } from './analyzer-mutants.ts';
import { COUNTED_MUTANTS } from './counted-mutants.ts';
import { FEED_MUTANTS } from './feed-mutants.ts';
import { GATEWAY_MUTANTS } from './gateway-mutants.ts';
import type { Mutant } from './mutant.ts';

/** Tempting shortcuts, each of which breaks a rule of docs/flows.md and must be noticed by the test that it names. */
export const MUTANTS: readonly Mutant[] = [
  ...ANALYZER_MUTANTS,
  ...COUNTED_MUTANTS,
  ...FEED_MUTANTS,
  ...GATEWAY_MUTANTS,
];
