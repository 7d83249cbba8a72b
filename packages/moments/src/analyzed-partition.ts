import { SOURCE_MEMORY_MS } from './window.ts';

/** What the analyzer keeps of one partition beside its channels. JSON: stored in the snapshot. */
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

/** Whether a numbered record is new; remembers it when it is (flows.md B1.5c). */
export function acceptSource(state: AnalyzedPartition, src: string, seq: number): boolean {
  const known = state.sources[src];
  const isRemembered = known !== undefined && !isForgotten(src, known, state.appendedAt);
  if (isRemembered && seq <= known[0]) return false;
  // In place, but never in what every object has under such a name.
  if (known !== undefined && Object.hasOwn(state.sources, src)) {
    known[0] = seq;
    known[1] = state.appendedAt;
  } else state.sources[src] = [seq, state.appendedAt];
  return true;
}

/** Drops what `acceptSource` ignores already, so that the snapshot does not grow with every restarted gateway. */
export function forgetSilentSources(state: AnalyzedPartition): void {
  for (const [src, known] of Object.entries(state.sources)) {
    if (isForgotten(src, known, state.appendedAt)) delete state.sources[src];
  }
}

function isForgotten(src: string, known: [number, number], appendedAt: number): boolean {
  // The bridge's sources are `<topic>/<partition>`: there are few, they never restart their numbers, so they stay.
  return !src.includes('/') && appendedAt - known[1] > SOURCE_MEMORY_MS;
}
