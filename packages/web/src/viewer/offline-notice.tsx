import { useState } from 'react';
import type { ConnectionState } from '@ovation/client';
import { useLive } from '../live/live-context.tsx';
import { useConnectionState } from '../live/use-connection-state.ts';
import { texts } from '../texts.ts';
import { PlainButton } from '../ui/button.tsx';

/** Lies over the page above the bar, so nothing moves when the connection goes. */
export function OfflineNotice() {
  const { connection } = useLive();
  const state = useConnectionState();
  const [wasLost, setLost] = useState(false);
  const isLost = state.kind === 'waiting' || state.kind === 'closed';
  if (isLost && !wasLost) setLost(true);
  if (state.kind === 'live' && wasLost) setLost(false);
  if (!isLost && !(wasLost && state.kind === 'connecting')) return null;
  return (
    <div className="bg-amber text-alert border-line h-notice absolute inset-x-0 bottom-full border-t" data-offline>
      <div className="max-w-page mx-auto flex h-full items-center justify-center gap-4 px-3 text-sm">
        <span>{sentence(state)}</span>
        <PlainButton look="line" disabled={state.kind === 'connecting'} onClick={() => connection.retryNow()}>
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
