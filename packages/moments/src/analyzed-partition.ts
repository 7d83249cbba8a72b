import { SOURCE_MEMORY_MS } from './window.ts';

/** State of the analyzer for one partition, without its channels. JSON, because the snapshot stores it. */
export interface AnalyzedPartition {
  /** offset of the last applied record; -1 = none */
  offset: number;
  /** append time up to which windows are closed, ms; never falls */
  watermark: number;
  /** append time of the last applied record, ms; 0 = none */
  appendedAt: number;
  /** the watermark stays until append time reaches this, ms */
  holdUntil: number;
  /** source → [highest sequence, append time of its last record] */
  sources: Record<string, [number, number]>;
}

export function emptyPartition(): AnalyzedPartition {
  return { offset: -1, watermark: 0, appendedAt: 0, holdUntil: 0, sources: {} };
}

/** Whether a numbered record is new; a new one is remembered (flows.md B1.5c). */
export function acceptSource(state: AnalyzedPartition, src: string, seq: number): boolean {
  const known = state.sources[src];
  const isRemembered = known !== undefined && !isForgotten(src, known, state.appendedAt);
  if (isRemembered && seq <= known[0]) return false;
  // Changes the entry in place, but only an own property: a source may be named like a member of every object.
  if (known !== undefined && Object.hasOwn(state.sources, src)) {
    known[0] = seq;
    known[1] = state.appendedAt;
  } else state.sources[src] = [seq, state.appendedAt];
  return true;
}

/**
 * Drops the sources that `acceptSource` ignores, so that the snapshot does not grow with every restart of a gateway.
 */
export function forgetSilentSources(state: AnalyzedPartition): void {
  for (const [src, known] of Object.entries(state.sources)) {
    if (isForgotten(src, known, state.appendedAt)) delete state.sources[src];
  }
}

function isForgotten(src: string, known: [number, number], appendedAt: number): boolean {
  // The sources of the bridge, `<topic>/<partition>`, stay: there are few of them, and their numbers never begin again.
  return !src.includes('/') && appendedAt - known[1] > SOURCE_MEMORY_MS;
}
