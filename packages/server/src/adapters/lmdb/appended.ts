import type { PartitionState } from './catalogue.ts';

/** Resolves when something was appended to one of the partitions, when `signal` aborts or when the log closes. */
export function appended(
  partitions: readonly PartitionState[],
  end: { signal: AbortSignal | undefined; closing: Set<() => void> },
): Promise<void> {
  return new Promise((resolve) => {
    const awaken = () => {
      for (const { waiting } of partitions) waiting.delete(awaken);
      end.closing.delete(awaken);
      end.signal?.removeEventListener('abort', awaken);
      resolve();
    };
    for (const { waiting } of partitions) waiting.add(awaken);
    end.closing.add(awaken);
    end.signal?.addEventListener('abort', awaken);
  });
}
