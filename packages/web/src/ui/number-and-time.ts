/** Numbers and times as the viewer's language writes them. */

const whole = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export const formatCount = (count: number): string => whole.format(count);
export const formatRate = (perSecond: number): string =>
  perSecond >= 100 ? whole.format(Math.round(perSecond)) : oneDigit.format(perSecond);
export const formatShare = (ratio: number): string => share.format(ratio);
/** @param at unix ms */
export const formatTime = (at: number): string => clock.format(at);
/** @param at unix ms */
export const formatTimeWithSeconds = (at: number): string => clockSeconds.format(at);

const MINUTES_FROM_S = 120;

/** "12 min" or "45 s": how much a log covers. */
export function formatSpan(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < MINUTES_FROM_S ? `${whole.format(seconds)} s` : `${whole.format(Math.round(seconds / 60))} min`;
}
