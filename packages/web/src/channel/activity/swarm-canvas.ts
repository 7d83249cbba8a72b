import { isEmoji } from '@ovation/protocol';
import { createSwarm, placeOf, sizeOf } from './swarm-model.ts';

/** One for each of this many CSS px in width, so that they do not lie on top of each other. */
const PX_EACH = 18;
const FEWEST = 12;
const MOST = 48;
/** A frame that came later than this stands for a page that was asleep: nothing jumps. */
const LONGEST_FRAME_MS = 50;
const SHARPEST = 2;

/** The swarm on its canvas: emotes enter at the right, where the chart's present is, and drift to its past. */
export class SwarmCanvas implements Disposable {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #displayOf: (key: string) => string;
  readonly #swarm;
  readonly #resize = new ResizeObserver(() => this.#fit());
  /** drawn once each, because a colour glyph is slow to draw; by what is shown */
  #faces = new Map<string, HTMLCanvasElement>();
  #style: SwarmStyle | undefined;
  #ratio = 1;
  #now = 0;
  #lastFrameAt: number | undefined;
  #frame: number | undefined;
  #isPaused = false;

  /** @param displayOf how an emote key is shown in the channel */
  constructor(canvas: HTMLCanvasElement, displayOf: (key: string) => string) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#displayOf = displayOf;
    const most = Math.min(MOST, Math.max(FEWEST, Math.floor(canvas.clientWidth / PX_EACH)));
    this.#swarm = createSwarm(most, Math.random);
    this.#resize.observe(canvas);
    this.#fit();
  }

  add(counts: ReadonlyMap<string, number>): void {
    // What comes while the viewer looks away is not shown afterwards.
    if (this.#isPaused || document.hidden) return;
    this.#swarm.add(counts);
    this.#run();
  }

  /** Stands still, with everything where it is. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) this.#stop();
    else this.#run();
  }

  /** Theme or pixel ratio changed. */
  restyle(): void {
    this.#forgetStyle();
    this.#draw();
  }

  [Symbol.dispose](): void {
    this.#resize.disconnect();
    this.#stop();
  }

  #run(): void {
    if (this.#frame !== undefined || this.#isPaused || this.#swarm.isStill) return;
    this.#frame = requestAnimationFrame((at) => {
      this.#frame = undefined;
      this.#now += Math.min(LONGEST_FRAME_MS, at - (this.#lastFrameAt ?? at));
      this.#lastFrameAt = at;
      this.#draw();
      if (this.#swarm.isStill) this.#lastFrameAt = undefined;
      else this.#run();
    });
  }

  #stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#lastFrameAt = undefined;
  }

  #fit(): void {
    const ratio = Math.min(SHARPEST, devicePixelRatio);
    const { clientWidth, clientHeight } = this.#canvas;
    this.#ratio = ratio;
    this.#forgetStyle();
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.#draw();
  }

  #forgetStyle(): void {
    this.#faces.clear();
    this.#style = undefined;
  }

  #draw(): void {
    const context = this.#context;
    const { width, height } = this.#canvas;
    if (!context) return;
    context.clearRect(0, 0, width, height);
    const { smallestPx, swayPx } = (this.#style ??= readStyle(this.#canvas, this.#ratio));
    for (const floater of this.#swarm.advance(this.#now)) {
      const face = this.#faceOf(this.#displayOf(floater.key));
      const { along, opacity, sway } = placeOf(floater, this.#now);
      const tall = sizeOf(floater.weight, smallestPx / height) * height;
      const wide = (tall * face.width) / face.height;
      const left = width - along * (width - wide) - wide;
      const top = swayPx + floater.lane * (height - tall - 2 * swayPx) + sway * swayPx;
      context.globalAlpha = opacity;
      context.drawImage(face, left, top, wide, tall);
    }
    context.globalAlpha = 1;
  }

  #faceOf(display: string): HTMLCanvasElement {
    const known = this.#faces.get(display);
    if (known) return known;
    const style = (this.#style ??= readStyle(this.#canvas, this.#ratio));
    const drawn = drawFace(display, style, this.#canvas.height);
    this.#faces.set(display, drawn);
    return drawn;
  }
}

/** What the canvas draws with, read from the tokens. Lengths in device px. */
interface SwarmStyle {
  readonly smallestPx: number;
  readonly swayPx: number;
  readonly color: string;
  readonly emoji: string;
  readonly sans: string;
}

function readStyle(canvas: HTMLCanvasElement, ratio: number): SwarmStyle {
  const style = getComputedStyle(canvas);
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const px = (token: string) => Number.parseFloat(style.getPropertyValue(`--swarm-${token}`)) * remPx * ratio;
  return {
    smallestPx: px('smallest'),
    swayPx: px('sway'),
    color: style.color,
    emoji: style.getPropertyValue('--font-emoji'),
    sans: style.fontFamily,
  };
}

/** Shares of the height of a face: size of an emoji and of a name, and the place where an emoji looks centred. */
const GLYPH_SIZE = 0.8;
const WORD_SIZE = 0.5;
const GLYPH_MIDDLE = 0.54;

/** @param tall device px */
function drawFace(display: string, style: SwarmStyle, tall: number): HTMLCanvasElement {
  const face = document.createElement('canvas');
  const context = face.getContext('2d');
  if (!context) return face;
  const isGlyph = isEmoji(display);
  const font = isGlyph ? `${tall * GLYPH_SIZE}px ${style.emoji}` : `600 ${tall * WORD_SIZE}px ${style.sans}`;
  context.font = font;
  const wide = Math.ceil(context.measureText(display).width) + 2;
  face.width = Math.max(1, isGlyph ? Math.max(wide, tall) : wide);
  face.height = tall;
  // Setting a size resets the rest.
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = style.color;
  context.fillText(display, face.width / 2, tall * (isGlyph ? GLYPH_MIDDLE : 0.5));
  return face;
}
