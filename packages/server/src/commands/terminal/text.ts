const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{202A}-\u{202E}\u{2066}-\u{2069}]+/gu;

/** Text from a file on one line: control characters could move the cursor or turn the line around. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ').trim();
}

/** `8,720` */
export function thousands(count: number): string {
  return count.toLocaleString('en-US');
}

/** `8,720 messages`, `1 message` */
export function counted(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `57 %`, and one decimal below ten, where it matters: `0.4 %` */
export function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 && value > 0 ? value.toFixed(1) : value.toFixed(0)} %`;
}
