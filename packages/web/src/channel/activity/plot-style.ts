/** What the canvas draws with, read from the tokens: a canvas knows neither custom properties nor rem. */
export interface PlotStyle {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly ground: string;
  readonly accent: string;
  /** one per slot, then the one for everything else */
  readonly layers: readonly string[];
  readonly sans: string;
  readonly emoji: string;
  /** CSS pixels */
  readonly px: {
    readonly lane: number;
    readonly mark: number;
    readonly emote: number;
    readonly axisX: number;
    readonly axisY: number;
    readonly text: number;
    readonly edge: number;
    readonly bar: number;
  };
}

/** Reads the tokens as they are in force at `host`, theme and zoom included. */
export function readPlotStyle(host: HTMLElement): PlotStyle {
  const probe = host.ownerDocument.createElement('span');
  probe.style.position = 'absolute';
  probe.style.visibility = 'hidden';
  host.append(probe);
  const computed = getComputedStyle(probe);
  const color = (token: string) => {
    probe.style.color = `var(--color-${token})`;
    return computed.color;
  };
  const length = (token: string) => {
    probe.style.width = `var(--plot-${token})`;
    return Number.parseFloat(computed.width);
  };
  const font = (token: string) => {
    probe.style.fontFamily = `var(--font-${token})`;
    return computed.fontFamily;
  };
  const style: PlotStyle = {
    ink: color('ink'),
    soft: color('soft'),
    line: color('line'),
    ground: color('paper'),
    accent: color('accent'),
    layers: ['1', '2', '3', '4', '5', '6', '7', '8', 'other'].map((slot) => color(`slot-${slot}`)),
    sans: font('sans'),
    emoji: font('emoji'),
    px: {
      lane: length('lane'),
      mark: length('mark'),
      emote: length('emote'),
      axisX: length('axis-x'),
      axisY: length('axis-y'),
      text: length('text'),
      edge: length('edge'),
      bar: length('bar'),
    },
  };
  probe.remove();
  return style;
}
