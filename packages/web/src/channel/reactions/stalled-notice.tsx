import { useChannel, useConnectionState } from '@ovation/client/react';
import { texts } from '../../texts.ts';

/** Says in plain words that moments come late. Lies over the page above the bar, so nothing moves when it comes or goes. */
export function StalledNotice({ name }: { name: string }) {
  const isStalled = useChannel(name, (view) => view.isStalled);
  const isLive = useConnectionState().kind === 'live';
  // What a lost connection shows is old; that it is lost matters more.
  return isStalled && isLive ? <StalledBanner /> : null;
}

export function StalledBanner() {
  return (
    <div
      role="status"
      className="bg-amber text-alert border-line h-notice absolute inset-x-0 bottom-full border-t"
      data-stalled
    >
      <div className="max-w-page mx-auto flex h-full items-center justify-center px-3 text-center text-sm">
        {texts.react.stalled}
      </div>
    </div>
  );
}
