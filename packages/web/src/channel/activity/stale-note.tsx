import { texts } from '../../texts.ts';
import { formatTimeWithSeconds } from '../../ui/number-and-time.ts';

/** That, and since when, what stands above is old. */
export function StaleNote({ since }: { since: number }) {
  return <span className="text-alert font-semibold">{texts.live.asOf(formatTimeWithSeconds(since))}</span>;
}
