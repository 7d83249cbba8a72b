import { createContext, createElement, use, useCallback, useSyncExternalStore, type ReactNode } from 'react';
import type { Connection } from '../connection.ts';
import type { ConnectionState } from '../link.ts';

const OvationContext = createContext<Connection | undefined>(undefined);

export interface OvationProviderProps {
  /**
   * Made once, outside of React: `createConnection({url})`. Where the tree is also rendered on a server, `lazy: true`
   * keeps it from opening anything there.
   */
  connection: Connection;
  children?: ReactNode;
}

/** Gives the connection to every hook below. It neither opens nor closes it: that is for whoever made it. */
export function OvationProvider({ connection, children }: OvationProviderProps): ReactNode {
  return createElement(OvationContext, { value: connection }, children);
}

/**
 * The connection: `retryNow`, `serverNow`, `channel`. Never renders by itself; `useConnectionState` does.
 * @throws Error without an `OvationProvider` above
 */
export function useOvation(): Connection {
  const connection = use(OvationContext);
  if (!connection) throw new Error('This hook needs an OvationProvider above it');
  return connection;
}

/** What a server renders, and the first render in the browser that has to agree with it. */
const NOT_YET: ConnectionState = { kind: 'connecting' };

/** Connecting, live, waiting with the time that is left, or closed. Renders once a second while it waits. */
export function useConnectionState(): ConnectionState {
  const connection = useOvation();
  const subscribe = useCallback((listener: () => void) => connection.subscribe(listener), [connection]);
  return useSyncExternalStore(
    subscribe,
    () => connection.state(),
    () => NOT_YET,
  );
}
