import { callEach } from './call-each.ts';
import type { Timers } from './environment.ts';

/** Listeners of one store. However often it changes, they are called at most once per frame. */
export interface Notifier {
  subscribe(listener: () => void): () => void;
  /** Something changed. */
  touch(): void;
  /** how many listen */
  readonly size: number;
}

export function createNotifier(timers: Pick<Timers, 'frame'>): Notifier {
  // A set of wrappers, because the same function may subscribe twice.
  const listeners = new Set<() => void>();
  let isScheduled = false;
  const flush = () => {
    isScheduled = false;
    // A copy: a listener may subscribe or leave while it is told.
    callEach(Array.from(listeners));
  };
  return {
    subscribe(listener) {
      const entry = () => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    touch() {
      if (isScheduled) return;
      isScheduled = true;
      timers.frame(flush);
    },
    get size() {
      return listeners.size;
    },
  };
}
