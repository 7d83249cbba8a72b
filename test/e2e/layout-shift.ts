import type { Page } from 'playwright-core';

/** Starts to add up layout shifts (web.dev/cls, all shifts without recent input) as soon as a page loads. */
export async function watchLayoutShift(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const sum = { value: 0 };
    Object.assign(globalThis, { layoutShift: sum });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!hadRecentInput) sum.value += value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The sum so far. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(() => (Reflect.get(globalThis, 'layoutShift') as { value: number }).value);
}
