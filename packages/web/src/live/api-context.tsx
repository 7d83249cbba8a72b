import { createContext, use } from 'react';
import type { Api } from '@ovation/client';

/** The calls of this page; what is live comes through the SDK's own provider. */
export const ApiContext = createContext<Api | undefined>(undefined);

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi needs an ApiContext above it');
  return api;
}
