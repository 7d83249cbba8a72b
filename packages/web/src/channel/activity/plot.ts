import uPlot from 'uplot';
import { formatRate, formatTime } from '../../ui/number-and-time.ts';
import { drawMarks, type MomentMark } from './moment-marks.ts';
import { readPlotStyle, type PlotStyle } from './plot-style.ts';
import { SLOT_COUNT } from './slots.ts';
import type { Stacks } from './stacks.ts';

/** The chart on its canvas. Everything around it (table, readout, keys) is React. */
export interface Plot extends Disposable {
  /** width of the plotting area, CSS px */
  readonly width: number;
  /** narrowest bar, CSS px */
  readonly barPx: number;
  update(stacks: Stacks, marks: readonly MomentMark[]): void;
  /** Puts the cursor line on a bin, or takes it away. */
  point(bin: number | undefined): void;
  /** The theme changed. */
  restyle(): void;
}

const LAYERS = SLOT_COUNT + 1;
const MINUTE = 60;

/** @param hovered called with the bin under the pointer, undefined when it leaves */
export function createPlot(host: HTMLElement, hovered: (bin: number | undefined) => void): Plot {
  let style = readPlotStyle(host);
  let stacks: Stacks | undefined;
  let marks: readonly MomentMark[] = [];
  let isPointing = false;
  const plot = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: Math.max(1, host.clientHeight),
      ...layout(() => style),
      hooks: {
        draw: [(drawn) => drawMarks(drawn, marks, style, uPlot.pxRatio)],
        setCursor: [
          (drawn) => {
            if (!isPointing) hovered(drawn.cursor.idx ?? undefined);
          },
        ],
      },
    },
    [[], ...Array.from({ length: LAYERS }, () => [])],
    host,
  );
  const resize = new ResizeObserver(() => {
    if (host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: host.clientHeight });
  });
  resize.observe(host);
  return {
    get width() {
      return plot.bbox.width / uPlot.pxRatio;
    },
    get barPx() {
      return style.px.bar;
    },
    update(nextStacks, nextMarks) {
      stacks = nextStacks;
      marks = nextMarks;
      plot.setData(dataOf(stacks));
    },
    point(bin) {
      const start = bin === undefined ? undefined : stacks?.starts[bin];
      const at = start === undefined ? undefined : start + (stacks?.binSeconds ?? 0) / 2;
      isPointing = true;
      plot.setCursor(at === undefined ? { left: -10, top: -10 } : { left: plot.valToPos(at, 'x'), top: 0 });
      isPointing = false;
    },
    restyle() {
      style = readPlotStyle(host);
      plot.redraw(false, true);
    },
    [Symbol.dispose]() {
      resize.disconnect();
      plot.destroy();
    },
  };
}

/** Cumulated from the bottom; uPlot draws the first series first, so the tallest comes first and is painted over. */
function dataOf(stacks: Stacks): uPlot.AlignedData {
  const cumulated: number[][] = [];
  let below: readonly number[] = stacks.starts.map(() => 0);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    // Unused slots stay empty; what has no slot is always the top layer.
    const own =
      layer === LAYERS - 1 ? stacks.layers.at(-1) : layer < stacks.layers.length - 1 ? stacks.layers[layer] : [];
    below = below.map((sum, bin) => sum + (own?.[bin] ?? 0) / stacks.binSeconds);
    cumulated.push([...below]);
  }
  return [[...stacks.starts], ...cumulated.toReversed()];
}

/** Share of a bin that its bar fills. */
const BAR_SHARE = 0.8;

function layout(style: () => PlotStyle): Omit<uPlot.Options, 'width' | 'height'> {
  const { px } = style();
  const bars = uPlot.paths.bars?.({ size: [BAR_SHARE, 100], align: 1 });
  const font = `${px.text}px ${style().sans}`;
  return {
    padding: [px.lane, px.edge, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: true, range: (plot) => timeRange(plot.data[0]) },
      y: { range: (_plot, _min, max) => [0, niceCeiling(max)] },
    },
    axes: [
      {
        size: px.axisX,
        font,
        stroke: () => style().soft,
        grid: { show: false },
        ticks: { show: false },
        border: { show: true, stroke: () => style().line, width: 1 },
        incrs: [MINUTE, 2 * MINUTE],
        values: (_plot, splits) => splits.map((second) => formatTime(second * 1000)),
      },
      {
        size: px.axisY,
        font,
        stroke: () => style().soft,
        grid: { stroke: () => style().line, width: 1 },
        ticks: { show: false },
        splits: (_plot, _axis, _min, max) => [0, max / 2, max],
        values: (_plot, splits) => splits.map((rate) => (Number.isInteger(rate) ? String(rate) : formatRate(rate))),
      },
    ],
    series: [
      {},
      ...Array.from({ length: LAYERS }, (_, index) => ({
        ...(bars ? { paths: bars } : {}),
        fill: () => style().layers[LAYERS - 1 - index] ?? style().soft,
        width: 0,
        points: { show: false },
      })),
    ],
  };
}

function timeRange(starts: ArrayLike<number> | undefined): uPlot.Range.MinMax {
  const first = starts?.[0] ?? 0;
  const second = starts?.[1] ?? first + 1;
  const last = starts?.[(starts?.length ?? 1) - 1] ?? first + MINUTE;
  return [first, last + (second - first)];
}

const HEADROOM = 1.05;
// oxlint-disable-next-line no-magic-numbers -- a list with a name
const NICE_STEPS = [1, 2, 4, 6, 10];

/** 2, 4, 10, 20, 40, 100, ...: the scale changes rarely, and half of it is a plain number. */
function niceCeiling(max: number | null): number {
  const wanted = Math.max(2, (max ?? 0) * HEADROOM);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return NICE_STEPS.map((step) => step * power).find((step) => step >= wanted) ?? wanted;
}
