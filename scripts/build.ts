// `npm run build`: the page and the documentation, each from the cache when nothing of it changed. `-- page` builds one.
// `--twice` builds with an empty cache, builds again, and prints both times (S4-09).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from './build-cache.ts';
import { builds } from './builds.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** The second build may take this much of the first. */
const SHARE = 0.3;
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));

if (process.argv.includes('--twice')) {
  const cache = mkdtempSync(join(tmpdir(), 'ovation-build-'));
  const first = await buildAll(cache);
  const second = await buildAll(cache);
  rmSync(cache, { recursive: true });
  const share = second / first;
  console.log(
    `first ${first.toFixed(2)} s, second ${second.toFixed(2)} s: ${share.toFixed(2)} of it, at most ${SHARE}`,
  );
  if (share > SHARE) process.exitCode = 1;
} else {
  await buildAll(join(root, '.cache/build'));
}

/** @returns seconds */
async function buildAll(cache: string): Promise<number> {
  let sum = 0;
  for (const build of builds(root).filter(({ name }) => names.length === 0 || names.includes(name))) {
    const { how, seconds, builtSeconds } = await buildOnce(root, cache, build);
    const before = how === 'built' ? '' : `; to build it took ${builtSeconds.toFixed(2)} s`;
    console.log(`${build.name}: ${how} in ${seconds.toFixed(2)} s${before}`);
    sum += seconds;
  }
  return sum;
}
