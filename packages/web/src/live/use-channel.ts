import { useSyncExternalStore } from 'react';
import type { ChannelStore, ChannelView } from '@ovation/client';
import { useLive } from './live-context.tsx';

/** The store of a channel: for reacting and retrying. Watching it is `useChannel`. */
export function useChannelStore(name: string): ChannelStore {
  return useLive().connection.channel(name);
}

/**
 * One part of a channel's view. `select` must return a part of the view or a primitive: a new object each time would
 * render without end.
 */
export function useChannel<T>(name: string, select: (view: ChannelView) => T): T {
  const store = useChannelStore(name);
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
