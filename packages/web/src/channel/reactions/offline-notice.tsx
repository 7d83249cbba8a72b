import { useLayoutEffect, useRef, useState } from 'react';
import type { ConnectionState } from '@ovation/client';
import { useConnectionState, useOvation } from '@ovation/client/react';
import { texts } from '../../texts.ts';
import { PlainButton } from '../../ui/button.tsx';

/** Lies over the page above the bar, so nothing moves when the connection goes. */
export function OfflineNotice({ focusNext }: { focusNext: () => void }) {
  const state = useConnectionState();
  const [wasLost, setLost] = useState(false);
  const isLost = state.kind === 'waiting' || state.kind === 'closed';
  if (isLost && !wasLost) setLost(true);
  if (state.kind === 'live' && wasLost) setLost(false);
  if (!isLost && !(wasLost && state.kind === 'connecting')) return null;
  return <Notice state={state} focusNext={focusNext} />;
}

interface NoticeProps {
  state: ConnectionState;
  /** Takes the keyboard when the notice goes with it. */
  focusNext: () => void;
}

function Notice({ state, focusNext }: NoticeProps) {
  const connection = useOvation();
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const notice = host.current;
    return () => {
      if (notice?.contains(document.activeElement)) focusNext();
    };
  }, [focusNext]);
  return (
    <div
      ref={host}
      className="bg-amber text-alert border-line h-notice absolute inset-x-0 bottom-full border-t"
      data-offline
    >
      <div className="max-w-page mx-auto flex h-full items-center justify-center gap-4 px-3 text-sm">
        {/* As wide for every second and attempt: nothing beside it moves. */}
        <span className="min-w-48">{sentence(state)}</span>
        {/* Not disabled while it tries: that would take the keyboard away. */}
        <PlainButton
          look="line"
          aria-disabled={state.kind === 'connecting'}
          onClick={() => connection.retryNow()}
          data-retry
        >
          {texts.connection.tryNow}
        </PlainButton>
      </div>
    </div>
  );
}

function sentence(state: ConnectionState): string {
  if (state.kind === 'waiting') return texts.connection.waitingFor(Math.ceil(state.retryInMs / 1000));
  if (state.kind === 'closed') return texts.connection.closedFor(state.code);
  return texts.connection.reconnecting;
}
