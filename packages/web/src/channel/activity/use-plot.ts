import { useEffect, useRef, useState, type RefObject } from 'react';
import { useThemeChange } from '../../ui/use-theme-change.ts';
import type { Plot } from './plot.ts';

// Fetched beside the page, not before it: the chart's place is kept by its fixed height.
const loading = import('./plot.ts');

/** The plot in `host`, once its code has come. */
export function usePlot(
  host: RefObject<HTMLElement | null>,
  hovered: (bin: number | undefined) => void,
): Plot | undefined {
  const [plot, setPlot] = useState<Plot>();
  const onHover = useRef(hovered);
  useEffect(() => {
    onHover.current = hovered;
  });

  useEffect(() => {
    let made: Plot | undefined;
    let isGone = false;
    void loading.then(({ createPlot }) => {
      if (isGone || !host.current) return;
      made = createPlot(host.current, (bin) => onHover.current(bin));
      setPlot(made);
    });
    return () => {
      isGone = true;
      made?.[Symbol.dispose]();
      setPlot(undefined);
    };
  }, [host]);

  useThemeChange(() => plot?.restyle());
  return plot;
}
