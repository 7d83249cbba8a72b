/** A fenced `sh` block of a guide. */
export interface GuideBlock {
  readonly text: string;
  /** The number of the terminal that it stays in; undefined: it ends by itself. */
  readonly terminal: number | undefined;
}

export function blocksOf(markdown: string): GuideBlock[] {
  return Array.from(markdown.matchAll(/^```sh\n([^]*?)^```$/gm), ([, text = '']) => {
    const terminal = /^# terminal (\d+)/.exec(text)?.[1];
    return { text, terminal: terminal === undefined ? undefined : Number(terminal) };
  });
}
