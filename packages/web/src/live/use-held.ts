import { useState } from 'react';

/** The value, or while `isHeld` the one with which holding began. */
export function useHeld<T>(value: T, isHeld: boolean): T {
  const [held, setHeld] = useState<{ value: T }>();
  // Adjusting state while rendering: React renders again at once.
  if (isHeld && !held) setHeld({ value });
  if (!isHeld && held) setHeld(undefined);
  return isHeld && held ? held.value : value;
}
