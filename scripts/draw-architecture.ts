// `node scripts/draw-architecture.ts` draws docs/pictures/architecture.svg from the code. A test compares the two.
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { layersOf, neededArrows, type Graph } from './architecture/layers.ts';
import { readCode, type CodeFacts } from './architecture/read-code.ts';
import { drawArrow, drawBox, heightOf, page, text, wrap, type Box } from './architecture/svg.ts';

const WIDTH = 1080;
const MARGIN = 24;
const HOUR_MS = 3_600_000;

interface Section {
  readonly height: number;
  readonly parts: readonly string[];
}

export function drawArchitecture(facts: CodeFacts): string {
  const sections = [
    (y: number) => drawGraph(y, 'Packages', 'An arrow is a dependency.', { graph: facts.packages, lines: new Map() }),
    (y: number) => drawServer(y, facts),
    (y: number) => drawModules(y, facts),
    (y: number) => drawPorts(y, facts.ports),
    (y: number) => drawTopics(y, facts.topics),
  ];
  const parts: string[] = [];
  let y = MARGIN;
  for (const draw of sections) {
    const section = draw(y);
    parts.push(...section.parts);
    y += section.height + MARGIN;
  }
  return page(WIDTH, y, 'Packages, folders of the server, ports and topics of Ovation', parts);
}

function drawServer(y: number, facts: CodeFacts): Section {
  const lines = new Map([...facts.contents].map(([name, content]) => [name, wrap(content, 58)]));
  lines.set('roles', wrap(facts.roles, 58));
  const note = 'An arrow is an import. Imports that also go over another folder are left out.';
  return drawGraph(y, 'Folders of packages/server/src', note, { graph: facts.folders, lines });
}

function drawModules(y: number, facts: CodeFacts): Section {
  const note = 'An arrow is a need: the module gets the API of the other one. Below each name: what it runs, by role.';
  return drawGraph(y, 'Modules', note, { graph: facts.modules, lines: facts.runs });
}

interface GraphContent {
  readonly graph: Graph;
  readonly lines: ReadonlyMap<string, readonly string[]>;
}

function drawGraph(top: number, title: string, note: string, content: GraphContent): Section {
  const { graph, lines } = content;
  const boxes = new Map<string, Box>();
  let y = top + 50;
  for (const row of layersOf(graph)) {
    for (const [name, box] of placeRow(row, y, lines)) boxes.set(name, box);
    y += Math.max(...row.map((name) => heightOf(lines.get(name) ?? []))) + 42;
  }
  const arrows = neededArrows(graph).flatMap(([from, to]) => arrowBetween(boxes.get(from), boxes.get(to)));
  const drawn = [...boxes].map(([name, box]) =>
    drawBox(box, name, lines.get(name), graph.get(name)?.size ? 'box' : 'leaf'),
  );
  return { height: y - 42 - top, parts: [...heading(top, title, note), ...arrows, ...drawn] };
}

function placeRow(row: readonly string[], y: number, lines: ReadonlyMap<string, readonly string[]>): [string, Box][] {
  const widths = row.map((name) => widthOf(name, lines.get(name) ?? []));
  const used = widths.reduce((sum, width) => sum + width, 0);
  const space = (WIDTH - 2 * MARGIN - used) / (row.length + 1);
  let x = MARGIN + space;
  return row.map((name, n) => {
    const width = widths[n] ?? 0;
    const box = { x: Math.round(x), y, width, height: heightOf(lines.get(name) ?? []) };
    x += width + space;
    return [name, box];
  });
}

function widthOf(name: string, lines: readonly string[]): number {
  return Math.max(84, 8 * name.length + 26, ...lines.map((line) => Math.round(6.3 * line.length) + 24));
}

function arrowBetween(from: Box | undefined, to: Box | undefined): string[] {
  return from && to && to.y > from.y ? [drawArrow(from, to)] : [];
}

function drawPorts(top: number, ports: CodeFacts['ports']): Section {
  const cells = [...ports].map(([port, technologies]) => ({
    title: port,
    lines: [technologies.length > 0 ? technologies.join(' · ') : 'no adapter yet'],
  }));
  return drawCells(top, 'Ports and their adapters', 'An adapter lies in adapters/<technology>.', {
    cells,
    kind: 'leaf',
  });
}

function drawTopics(top: number, topics: CodeFacts['topics']): Section {
  const cells = topics.map(({ name, partitions, retentionMs }) => ({
    title: name,
    lines: [`${partitions} partitions`, `kept ${retentionMs / HOUR_MS} h`],
  }));
  return drawCells(top, 'Topics of the event log', 'As the embedded log makes them.', { cells, kind: 'topic' });
}

interface Cells {
  readonly cells: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly kind: string;
}

function drawCells(top: number, title: string, note: string, { cells, kind }: Cells): Section {
  const width = Math.floor((WIDTH - 2 * MARGIN - 12 * (cells.length - 1)) / cells.length);
  const height = heightOf(cells[0]?.lines ?? []);
  const boxes = cells.map(({ title: name, lines }, n) =>
    drawBox({ x: MARGIN + n * (width + 12), y: top + 50, width, height }, name, lines, kind),
  );
  return { height: 50 + height, parts: [...heading(top, title, note), ...boxes] };
}

function heading(top: number, title: string, note: string): string[] {
  return [text(MARGIN, top + 16, title, 'head'), text(MARGIN, top + 35, note, 'note')];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const picture = drawArchitecture(readCode(process.cwd()));
  const file = fileURLToPath(new URL('../docs/pictures/architecture.svg', import.meta.url));
  writeFileSync(file, picture);
  console.log('docs/pictures/architecture.svg is drawn');
}
