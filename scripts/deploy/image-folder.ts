import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Image } from './dockerfile.ts';
import { root } from './tools.ts';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly link?: true;
  readonly resolved?: string;
}

/** Fills an empty folder with what the image holds, from this checkout: its files, and the modules of a production install. */
export function fillAsImage(folder: string, image: Image): void {
  for (const { from, sources, to } of image.copies) {
    if (from === 'modules') copyModules(folder);
    else for (const source of sources) copy(source.replace(/^\/app\//, ''), folder, to);
  }
}

function copy(source: string, folder: string, to: string): void {
  const target = path.join(folder, to.endsWith('/') ? path.join(to, path.basename(source)) : to);
  mkdirSync(path.dirname(target), { recursive: true });
  execFileSync('cp', ['-a', path.join(root, source), target]);
}

/** As `npm ci --omit=dev --workspace @ovation/server` would: what the server needs, and what that needs. */
function copyModules(folder: string): void {
  // npm writes the file.
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const wanted = new Set<string>();
  const visit = (place: string): void => {
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = placeOf(lock.packages, place, name);
      if (found === undefined || wanted.has(found)) continue;
      wanted.add(found);
      const { link, resolved } = lock.packages[found] ?? {};
      visit(link && resolved ? resolved : found);
    }
  };
  visit('packages/server');
  for (const place of wanted) {
    const source = path.join(root, place);
    const target = path.join(folder, place);
    // Optional ones for other machines are not there; inner ones came with their outer package.
    if (!existsSync(source) || existsSync(target)) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    const { link, resolved } = lock.packages[place] ?? {};
    if (link && resolved) symlinkSync(path.relative(path.dirname(target), path.join(folder, resolved)), target);
    else execFileSync('cp', ['-a', source, target]);
  }
}

/** Where Node finds the package from there: the nearest `node_modules` that has it. */
function placeOf(packages: Readonly<Record<string, Locked>>, from: string, name: string): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const candidate = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (place === '') return undefined;
    if (!place.includes('/node_modules/'))
      return `node_modules/${name}` in packages ? `node_modules/${name}` : undefined;
  }
}
