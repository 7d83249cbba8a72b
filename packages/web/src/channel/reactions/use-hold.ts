import { useCallback, useEffect, useMemo, useRef } from 'react';

const HOLD_AFTER_MS = 350;
/** The server takes five reactions a second; asking faster would only be refused. */
const STREAM_EVERY_MS = 200;

/** A press is one act; a press that is held becomes a stream of acts until `stop`. */
export interface Hold {
  start(): void;
  stop(): void;
}

export function useHold(act: () => void): Hold {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, []);
  const start = useCallback(() => {
    // A repeated keydown, or a second finger.
    if (timer.current !== undefined) return;
    const again = () => {
      latest.current();
      timer.current = setTimeout(again, STREAM_EVERY_MS);
    };
    latest.current();
    timer.current = setTimeout(again, HOLD_AFTER_MS);
  }, []);
  useEffect(() => {
    // A window that loses the keyboard never hears the key go up.
    addEventListener('blur', stop);
    return () => {
      removeEventListener('blur', stop);
      stop();
    };
  }, [stop]);
  return useMemo(() => ({ start, stop }), [start, stop]);
}
