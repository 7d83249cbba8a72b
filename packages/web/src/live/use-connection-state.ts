import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionState } from '@ovation/client';
import { useLive } from './live-context.tsx';

export function useConnectionState(): ConnectionState {
  const { connection } = useLive();
  const subscribe = useCallback((listener: () => void) => connection.subscribe(listener), [connection]);
  return useSyncExternalStore(subscribe, () => connection.state());
}
