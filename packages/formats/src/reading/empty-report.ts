import type { ImportReport } from './chat.ts';

/** The report of an import that has not begun. */
export function emptyReport(): ImportReport {
  return {
    format: '',
    formatTitle: '',
    messages: 0,
    recording: 0,
    deleted: 0,
    outOfOrder: 0,
    repeated: 0,
    early: 0,
    skipped: 0,
    skips: [],
    firstMs: 0,
    lastMs: 0,
  };
}
