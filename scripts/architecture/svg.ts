/** Pieces of the picture. Every function answers SVG text. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const LINE = 17;

export function drawBox(box: Box, title: string, lines: readonly string[] = [], kind = 'box'): string {
  const middle = box.x + box.width / 2;
  const titleY = lines.length === 0 ? box.y + box.height / 2 + 5 : box.y + 20;
  const rest = lines.map((line, n) => text(middle, titleY + (n + 1) * LINE, line, 'small'));
  return [
    `<rect class="${kind}" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="6"/>`,
    text(middle, titleY, title, 'name'),
    ...rest,
  ].join('\n');
}

export function heightOf(lines: readonly string[]): number {
  return lines.length === 0 ? 34 : 34 + lines.length * LINE;
}

/** From the bottom of one box to the top of another, bent so that arrows of one row can be told apart. */
export function drawArrow(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const bend = Math.max(18, (y2 - y1) / 2);
  const path = `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2 - 6}`;
  return `<path class="arrow" d="${path}" marker-end="url(#tip)"/>`;
}

export function text(x: number, y: number, content: string, kind: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escape(content)}</text>`;
}

/** Words on as few lines as fit. */
export function wrap(words: readonly string[], characters: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} · ${word}`.length <= characters) lines[lines.length - 1] = `${last} · ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function page(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">
<style>
text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#1c1b22}
.name{font-weight:600}.small{font-size:12px;fill:#55525f}
.head{font-size:15px;font-weight:600;text-anchor:start}.note{font-size:12px;fill:#55525f;text-anchor:start}
.box{fill:#f1effa;stroke:#6b5fb5}.leaf{fill:#eef5f1;stroke:#4c8a6a}.topic{fill:#fdf4e3;stroke:#b5893a}
.arrow{fill:none;stroke:#7d7a88;stroke-width:1.2}
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#7d7a88"/></marker></defs>
<rect width="${width}" height="${height}" rx="10" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
