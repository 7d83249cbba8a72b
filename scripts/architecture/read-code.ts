import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROLES } from '../../packages/server/src/config/config.ts';
import { modules } from '../../packages/server/src/modules/index.ts';
import { topicSpecs, type TopicSpec } from '../../packages/protocol/src/index.ts';

/** Everything that the picture shows, as the code has it. */
export interface CodeFacts {
  /** package → packages that it depends on */
  readonly packages: ReadonlyMap<string, ReadonlySet<string>>;
  /** folder of the server → folders that it imports */
  readonly folders: ReadonlyMap<string, ReadonlySet<string>>;
  /** folder of the server → what it holds: modules, technologies, roles */
  readonly contents: ReadonlyMap<string, readonly string[]>;
  readonly roles: readonly string[];
  /** module → modules that it needs */
  readonly modules: ReadonlyMap<string, ReadonlySet<string>>;
  /** module → `role: what it runs there` */
  readonly runs: ReadonlyMap<string, readonly string[]>;
  /** port → technologies that have an adapter for it */
  readonly ports: ReadonlyMap<string, readonly string[]>;
  readonly topics: readonly TopicSpec[];
}

const SERVER = 'packages/server/src';
/** Folders whose subfolders are worth a line in their box. */
const LISTED = ['commands', 'gateway'];

export function readCode(root: string): CodeFacts {
  const folders = readFolders(root);
  return {
    packages: readPackages(root),
    folders,
    contents: new Map(LISTED.filter((name) => folders.has(name)).map((name) => [name, subfolders(root, name)])),
    roles: ROLES,
    modules: new Map(modules.map(({ name, needs }) => [name, new Set(needs)])),
    runs: new Map(modules.map(({ name, runs = [] }) => [name, runs.map((run) => `${run.role}: ${run.name}`)])),
    ports: readPorts(root),
    topics: topicSpecs('embedded').toSorted((one, two) => one.name.localeCompare(two.name)),
  };
}

function readPackages(root: string): Map<string, Set<string>> {
  const scope = '@ovation/';
  const packages = new Map<string, Set<string>>();
  for (const file of globSync('packages/*/package.json', { cwd: root }).toSorted()) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const own = Object.keys(dependencies).filter((name) => name.startsWith(scope));
    packages.set(file.split('/')[1] ?? '', new Set(own.map((name) => name.slice(scope.length))));
  }
  return packages;
}

/** Imports between the folders of the server, tests left out. A file beside the folders stands for itself. */
function readFolders(root: string): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  for (const file of sourceFiles(root)) {
    const from = folderOf(file);
    const imports = folders.get(from) ?? new Set<string>();
    folders.set(from, imports);
    for (const target of importsOf(join(root, file))) {
      const to = folderOf(relative(root, target));
      if (to !== from && to !== '') imports.add(to);
    }
  }
  return new Map([...folders].toSorted(([one], [two]) => one.localeCompare(two)));
}

function sourceFiles(root: string): string[] {
  return globSync(`${SERVER}/**/*.ts`, { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .toSorted();
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const relatives = text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...relatives].map(([, path = '']) => join(dirname(file), path));
}

function folderOf(file: string): string {
  if (!file.startsWith(`${SERVER}/`)) return '';
  return file.slice(SERVER.length + 1).split('/')[0] ?? '';
}

function subfolders(root: string, folder: string): string[] {
  const files = globSync(`${SERVER}/${folder}/*/**/*.ts`, { cwd: root });
  const names = files.map((file) => file.slice(`${SERVER}/${folder}/`.length).split('/')[0] ?? '');
  return [...new Set(names)].toSorted();
}

/** An adapter lies at `adapters/<technology>/…/<port>.ts`. */
function readPorts(root: string): Map<string, string[]> {
  const ports = globSync(`${SERVER}/ports/*.ts`, { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  return new Map(ports.toSorted().map((file) => [portName(file), technologiesOf(root, portName(file))]));
}

function portName(file: string): string {
  return file.slice(`${SERVER}/ports/`.length, -'.ts'.length);
}

function technologiesOf(root: string, port: string): string[] {
  const files = globSync(`${SERVER}/adapters/**/${port}.ts`, { cwd: root });
  return [...new Set(files.map((file) => file.slice(`${SERVER}/adapters/`.length).split('/')[0] ?? ''))].toSorted();
}
