// Prints how the house stands, and fails where it got worse: files per folder, lines of code, collaborators per exported
// function, imports of modules by engines. `--root DIR` reads another checkout.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { countCollaborators } from './house/collaborators.ts';
import { exceptions } from './house/exceptions.ts';
import { countCodeLines, crowdedFolders, moduleImportsOfEngines, readSourceFiles } from './house/source-files.ts';

const MOST_FILES = 25;
const MOST_COLLABORATORS = 6;

export interface HouseReport {
  readonly figures: readonly string[];
  readonly faults: readonly string[];
}

export function inspectHouse(root: string): HouseReport {
  const files = readSourceFiles(root);
  const names = files.map(({ name }) => name);
  const lines = files.reduce((sum, { text }) => sum + countCodeLines(text), 0);
  const folders = crowdedFolders(names, MOST_FILES);
  const counted = countCollaborators(root, names);
  const burdens = new Map(
    counted
      .filter(({ collaborators }) => collaborators.length > MOST_COLLABORATORS)
      .map(({ where, collaborators }) => [where, collaborators.length]),
  );
  const imports = moduleImportsOfEngines(files);
  return {
    figures: [
      `${lines} lines of code in ${files.length} files`,
      `${folders.size} folders with more than ${MOST_FILES} files${listed(folders)}`,
      `${burdens.size} exported functions with more than ${MOST_COLLABORATORS} collaborators${listed(burdens)}`,
      `${imports.size} files of engines that import modules${listed(imports)}`,
    ],
    faults: [
      ...compare('files', folders, exceptions.folders),
      ...compare('collaborators', burdens, exceptions.collaborators),
      ...compare('imports of modules', imports, exceptions.moduleImports),
    ],
  };
}

/** The list of exceptions may only shrink: what grew, what is new and what is no longer needed are faults. */
export function compare(
  what: string,
  found: ReadonlyMap<string, number>,
  allowed: Readonly<Record<string, number>>,
): string[] {
  const tooMany = [...found]
    .filter(([name, count]) => count > (allowed[name] ?? 0))
    .map(([name, count]) => `${name} has ${count} ${what}: more than ${allowed[name] ?? 'the rule allows'}`);
  const stale = Object.entries(allowed)
    .filter(([name, count]) => (found.get(name) ?? 0) < count)
    .map(([name, count]) => `${name} no longer has ${count} ${what}: say so in scripts/house/exceptions.ts`);
  return [...tooMany, ...stale];
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `\n  ${count} ${name}`).join('');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { root: { type: 'string', default: '.' } } });
  const root = path.resolve(values.root);
  const { figures, faults } = inspectHouse(root);
  for (const figure of figures) console.log(figure);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
