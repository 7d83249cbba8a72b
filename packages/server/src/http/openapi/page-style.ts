/** The colours of the product (packages/web/src/ui/tokens.css) under the names that the page's library has for them. */
const LIGHT = {
  'color-1': 'oklch(0.25 0.015 60)',
  'color-2': 'oklch(0.46 0.016 65)',
  'color-3': 'oklch(0.46 0.016 65)',
  'color-accent': 'oklch(0.515 0.175 28)',
  'background-1': 'oklch(0.975 0.007 85)',
  'background-2': 'oklch(0.945 0.01 85)',
  'background-3': 'oklch(0.885 0.012 80)',
  'background-accent': 'oklch(0.945 0.026 35)',
  'border-color': 'oklch(0.885 0.012 80)',
  'button-1': 'oklch(0.515 0.175 28)',
  'button-1-color': 'oklch(0.99 0.004 85)',
  'button-1-hover': 'oklch(0.47 0.175 28)',
  'color-green': 'oklch(0.48 0.105 155)',
  'color-red': 'oklch(0.515 0.175 28)',
  'color-yellow': 'oklch(0.47 0.125 50)',
  'color-blue': 'oklch(0.46 0.115 248)',
  'color-orange': 'oklch(0.47 0.125 50)',
  'color-purple': 'oklch(0.44 0.1 300)',
};
const DARK = {
  'color-1': 'oklch(0.94 0.012 85)',
  'color-2': 'oklch(0.745 0.016 80)',
  'color-3': 'oklch(0.745 0.016 80)',
  'color-accent': 'oklch(0.755 0.135 38)',
  'background-1': 'oklch(0.187 0.008 60)',
  'background-2': 'oklch(0.228 0.01 60)',
  'background-3': 'oklch(0.268 0.011 60)',
  'background-accent': 'oklch(0.29 0.045 35)',
  'border-color': 'oklch(0.335 0.012 65)',
  'button-1': 'oklch(0.755 0.135 38)',
  'button-1-color': 'oklch(0.2 0.03 40)',
  'button-1-hover': 'oklch(0.8 0.135 38)',
  'color-green': 'oklch(0.79 0.12 155)',
  'color-red': 'oklch(0.755 0.135 38)',
  'color-yellow': 'oklch(0.83 0.125 80)',
  'color-blue': 'oklch(0.76 0.1 245)',
  'color-orange': 'oklch(0.83 0.125 80)',
  'color-purple': 'oklch(0.76 0.1 300)',
};
const FONTS = {
  font: "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, system-ui, sans-serif",
  'font-code': "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace",
};

export const PAGE_STYLE = [rule(':root', FONTS), rule('.light-mode', LIGHT), rule('.dark-mode', DARK)].join('\n');

function rule(selector: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([name, value]) => `--scalar-${name}: ${value};`);
  return `${selector} { ${lines.join(' ')} }`;
}
