import { isEmoji, type Moment, type MomentReasons, OTHER_EMOTES } from '@ovation/protocol';
import type uPlot from 'uplot';
import type { PlotStyle } from './plot-style.ts';

/** A moment in the lane above the chart: a bracket over its minute or its cut, and a diamond with the emote. */
export interface MomentMark {
  /** unix second in which it begins, and its length in seconds */
  readonly start: number;
  readonly length: number;
  readonly display: string;
  /** rising: hollow diamond. final: filled. faded: hollow and struck through. Never colour alone. */
  readonly look: 'rising' | 'final' | 'faded';
  /** 0 is the lowest row of the lane; marks of one row do not overlap, unless they have the same span */
  readonly row: number;
}

/** Rows of the lane. What would need more stands in the highest one. */
const ROWS = 2;

const WINDOW_SECONDS = 60;

export function lookOf(moment: Moment): MomentMark['look'] {
  if (!moment.final) return 'rising';
  return moment.holds ? 'final' : 'faded';
}

/** Where a moment begins, unix ms, and how many seconds it is long: its cut, else its minute. */
export function spanOf({ range, windowStart }: Moment): { start: number; seconds: number } {
  if (!range) return { start: Date.parse(windowStart), seconds: WINDOW_SECONDS };
  const start = Date.parse(range.start);
  return { start, seconds: Math.max(1, Math.round((Date.parse(range.end) - start) / 1000)) };
}

/** What a moment of the whole audience had most of, as shown. "Other emotes" are many different ones and show nothing. */
export function namedReactions({ reactions }: Pick<MomentReasons, 'reactions'>): readonly string[] {
  return reactions.filter(({ emote }) => emote !== OTHER_EMOTES).map(({ reaction }) => reaction);
}

/** What stands for a moment: its emote, or the one that a moment of the whole audience had most of; "" = none. */
export function faceOf({ display, reasons }: Moment): string {
  return reasons ? (namedReactions(reasons)[0] ?? '') : display;
}

/** Every moment of the chart has its mark; those that overlap stand above each other. */
export function marksOf(moments: Iterable<Moment>, firstSecond: number): MomentMark[] {
  const seen = [...moments]
    .map((moment) => {
      const { seconds: length, start } = spanOf(moment);
      return { start: Math.floor(start / 1000), length, display: faceOf(moment), look: lookOf(moment) };
    })
    .filter(({ length, start }) => start + length > firstSecond);
  const rows: { start: number; length: number }[][] = Array.from({ length: ROWS }, () => []);
  // Longer ones below: a cut stands above the minutes that it lies in.
  return seen
    .toSorted((a, b) => b.length - a.length || a.start - b.start)
    .map((mark) => {
      const free = rows.findIndex((row) => row.every((other) => isSame(mark, other) || !overlap(mark, other)));
      const row = free < 0 ? ROWS - 1 : free;
      rows[row]?.push(mark);
      return { ...mark, row };
    });
}

type Span = Pick<MomentMark, 'start' | 'length'>;

function isSame(one: Span, other: Span): boolean {
  return one.start === other.start && one.length === other.length;
}

function overlap(one: Span, other: Span): boolean {
  return one.start < other.start + other.length && other.start < one.start + one.length;
}

export function drawMarks(plot: uPlot, marks: readonly MomentMark[], style: PlotStyle, ratio: number): void {
  const byWindow = Map.groupBy(marks, ({ length, row, start }) => `${row} ${start} ${length}`);
  plot.ctx.save();
  for (const group of byWindow.values()) drawWindow(plot, group.toReversed(), style, ratio);
  plot.ctx.restore();
}

/** Marks of one and the same span. */
function drawWindow(plot: uPlot, marks: readonly MomentMark[], style: PlotStyle, ratio: number): void {
  const { ctx, bbox } = plot;
  const [{ length, row, start } = { start: 0, length: 0, row: 0 }] = marks;
  const { lane, mark: half, emote } = style.px;
  const left = Math.max(bbox.left, plot.valToPos(start, 'x', true));
  const right = Math.min(bbox.left + bbox.width, plot.valToPos(start + length, 'x', true));
  const y = bbox.top - (half + (row * lane) / ROWS) * ratio;
  if (right - left < half * ratio) return;
  ctx.strokeStyle = style.accent;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  ctx.moveTo(left + ratio, y + half * ratio);
  ctx.lineTo(left + ratio, y);
  ctx.lineTo(right - ratio, y);
  ctx.lineTo(right - ratio, y + half * ratio);
  ctx.stroke();
  // As many as fit side by side; the feed lists all of them.
  const hasNames = marks.some((mark) => !isEmoji(mark.display));
  const spacePx = emote * (hasNames ? NAME_SPACE : EMOJI_SPACE) * ratio;
  const shown = marks.slice(0, Math.max(1, Math.floor((right - left) / spacePx)));
  shown.forEach((mark, index) => {
    const x = (left + right) / 2 + (index - (shown.length - 1) / 2) * spacePx;
    if (x - spacePx / 2 < bbox.left && shown.length > 1) return;
    drawDiamond(ctx, { x, y, half: half * ratio, look: mark.look }, style);
    drawEmote(ctx, { x, y: y - half * EMOTE_ABOVE * ratio, maxWidth: spacePx, display: mark.display }, style, ratio);
  });
}

/** Room for one mark in sizes of an emoji; names need more than emoji. */
const EMOJI_SPACE = 1.4;
const NAME_SPACE = 3.2;
/** Height of an emote above its diamond, in halves of a diamond. */
const EMOTE_ABOVE = 1.6;

interface Diamond {
  x: number;
  y: number;
  half: number;
  look: MomentMark['look'];
}

function drawDiamond(ctx: CanvasRenderingContext2D, { x, y, half, look }: Diamond, style: PlotStyle): void {
  ctx.beginPath();
  ctx.moveTo(x, y - half);
  ctx.lineTo(x + half, y);
  ctx.lineTo(x, y + half);
  ctx.lineTo(x - half, y);
  ctx.closePath();
  ctx.fillStyle = look === 'final' ? style.accent : style.ground;
  ctx.fill();
  ctx.stroke();
  if (look !== 'faded') return;
  ctx.beginPath();
  ctx.moveTo(x - half, y);
  ctx.lineTo(x + half, y);
  ctx.stroke();
}

interface MarkText {
  x: number;
  y: number;
  maxWidth: number;
  display: string;
}

function drawEmote(ctx: CanvasRenderingContext2D, text: MarkText, style: PlotStyle, ratio: number): void {
  ctx.textAlign = 'center';
  ctx.textBaseline = 'bottom';
  ctx.fillStyle = style.ink;
  const emoji = isEmoji(text.display);
  const size = (emoji ? style.px.emote : style.px.text) * ratio;
  ctx.font = `${size}px ${emoji ? style.emoji : style.sans}`;
  ctx.fillText(emoji ? text.display : shorten(ctx, text.display, text.maxWidth), text.x, text.y);
}

function shorten(ctx: CanvasRenderingContext2D, text: string, maxWidth: number): string {
  if (ctx.measureText(text).width <= maxWidth) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && ctx.measureText(`${letters.join('')}…`).width > maxWidth) letters.pop();
  return `${letters.join('')}…`;
}
