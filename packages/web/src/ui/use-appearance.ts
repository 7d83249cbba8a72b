import { useSyncExternalStore } from 'react';
import { appearance, type Appearance } from './appearance.ts';

export function useAppearance(): Appearance {
  return useSyncExternalStore(appearance.subscribe, appearance.get);
}
