import { useId, type ReactNode } from 'react';
import { texts } from '../../texts.ts';
import { formatCount } from '../../ui/number-and-time.ts';

/** The emotes that do not fit the bar, in the browser's own popover. */
export function MoreEmotes({ count, children }: { count: number; children: ReactNode }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={texts.react.more(count)}
        className="hover:bg-sunken h-react min-w-target text-soft rounded-lg text-sm font-semibold"
      >
        +{formatCount(count)}
      </button>
      <div
        id={id}
        popover="auto"
        className="more-emotes bg-raised text-ink shadow-float max-h-chart max-w-xl overflow-y-auto rounded-lg p-2"
      >
        <div className="grid grid-cols-5 gap-1 sm:grid-cols-8">{children}</div>
      </div>
    </>
  );
}
