import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './tools.ts';

/** The last stage of a Dockerfile, as far as tests act it out. */
export interface Image {
  readonly copies: readonly {
    readonly from: string | undefined;
    readonly sources: readonly string[];
    readonly to: string;
  }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthCheck: readonly string[];
  readonly user: string;
  readonly ports: readonly number[];
  /** names of all stages, the last one has none */
  readonly stages: number;
}

export function readDockerfile(file: string): Image {
  const text = readFileSync(path.join(root, file), 'utf8')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '');
  const stages = text.split(/^(?=FROM )/m).filter((part) => part.startsWith('FROM '));
  const lines = stages.at(-1)?.split('\n') ?? [];
  const all = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const words = (line: string | undefined): string[] => JSON.parse(line ?? '[]');
  return {
    copies: all('COPY').map((line) => {
      const [, from, rest = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(line) ?? [];
      const names = rest.split(' ');
      return { from, sources: names.slice(0, -1), to: names.at(-1) ?? '' };
    }),
    environment: Object.fromEntries(
      all('ENV').flatMap((line) =>
        line.split(/\s+/).map((pair) => pair.split('=', 1).concat(pair.slice(pair.indexOf('=') + 1))),
      ),
    ),
    command: [...words(all('ENTRYPOINT')[0]), ...words(all('CMD').at(-1))],
    healthCheck: words(/CMD (\[.*\])$/.exec(all('HEALTHCHECK')[0] ?? '')?.[1]),
    user: all('USER')[0] ?? '',
    ports: all('EXPOSE').flatMap((line) => line.split(' ').map(Number)),
    stages: stages.length,
  };
}
