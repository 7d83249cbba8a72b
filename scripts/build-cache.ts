// A cache keyed on content: what a build made is kept under the hash of everything that went into it. Times and names of
// branches do not count, so a build of something that was built before is a copy.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Build {
  readonly name: string;
  /** patterns of the files that go in, from the root */
  readonly inputs: readonly string[];
  /** patterns of files among them that change nothing */
  readonly without?: readonly string[];
  /** folder that it makes, from the root */
  readonly output: string;
  readonly run: () => void | Promise<void>;
}

export interface Outcome {
  /** `kept`: the output was there; `copied` from the cache; `built` anew */
  readonly how: 'kept' | 'copied' | 'built';
  readonly seconds: number;
  /** how long the build took whose result this is */
  readonly builtSeconds: number;
}

/** What lies beside a cached output. */
interface Manifest {
  readonly files: Readonly<Record<string, string>>;
  readonly builtSeconds: number;
}

const KEEP = 5;

/** Makes the output of a build: by copying it when the same inputs were built before, else by building. */
export async function buildOnce(root: string, cache: string, build: Build): Promise<Outcome> {
  const startedAt = performance.now();
  const folder = join(cache, build.name, keyOf(root, build));
  const output = join(root, build.output);
  const known = readManifest(folder);
  if (known) {
    const how = isSame(output, known.files) ? 'kept' : 'copied';
    if (how === 'copied') replaceFolder(join(folder, 'output'), output);
    // The oldest use goes first when there are too many.
    utimesSync(folder, new Date(), new Date());
    return { how, seconds: secondsSince(startedAt), builtSeconds: known.builtSeconds };
  }
  await build.run();
  const seconds = secondsSince(startedAt);
  store(output, folder, seconds);
  forgetOldest(join(cache, build.name));
  return { how: 'built', seconds, builtSeconds: seconds };
}

/** Hash of the inputs by name and content, and of what runs the build. */
function keyOf(root: string, build: Build): string {
  const { NODE_ENV = '' } = process.env;
  const hash = createHash('sha256').update(`${process.version}\n${NODE_ENV}\n${build.output}\n`);
  for (const file of inputsOf(root, build)) hash.update(`${file}\n${hashOf(join(root, file))}\n`);
  return hash.digest('hex').slice(0, 32);
}

/** The files that go into a build. */
export function inputsOf(root: string, { inputs, without = [] }: Build): string[] {
  const exclude = ['**/node_modules/**', '**/dist/**', ...without];
  const found = new Set(inputs.flatMap((pattern) => globSync(pattern, { cwd: root, exclude })));
  const files = [...found].filter((file) => statSync(join(root, file)).isFile()).toSorted();
  if (files.length === 0) throw new Error(`No file matches ${inputs.join(', ')}: nothing would be built`);
  return files;
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) return undefined;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  return isSame(join(folder, 'output'), manifest.files) ? manifest : undefined;
}

/** Whether a folder holds these files and no others, by content. */
function isSame(folder: string, files: Manifest['files']): boolean {
  const found = filesOf(folder);
  return (
    found.length === Object.keys(files).length && found.every((file) => files[file] === hashOf(join(folder, file)))
  );
}

function filesOf(folder: string): string[] {
  return globSync('**', { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile());
}

function store(output: string, folder: string, builtSeconds: number): void {
  const files = Object.fromEntries(filesOf(output).map((file) => [file, hashOf(join(output, file))]));
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(output, join(unfinished, 'output'), { recursive: true });
  writeFileSync(join(unfinished, 'manifest.json'), JSON.stringify({ files, builtSeconds } satisfies Manifest));
  // Under its name only when it is whole: a build that is stopped leaves nothing that looks like a result.
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

function replaceFolder(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true });
}

function forgetOldest(folder: string): void {
  const byUse = readdirSync(folder)
    .map((name) => ({ name, usedAt: statSync(join(folder, name)).mtimeMs }))
    .toSorted((one, two) => two.usedAt - one.usedAt);
  for (const { name } of byUse.slice(KEEP)) rmSync(join(folder, name), { recursive: true, force: true });
}

function secondsSince(at: number): number {
  return (performance.now() - at) / 1000;
}
