import { createContext, use, type ReactNode } from 'react';
import type { Api, Connection } from '@ovation/client';

export interface Live {
  readonly connection: Connection;
  readonly api: Api;
}

const LiveContext = createContext<Live | undefined>(undefined);

export function LiveProvider({ live, children }: { live: Live; children: ReactNode }) {
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The connection and the calls of this page. */
export function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error('useLive needs a LiveProvider above it');
  return live;
}
