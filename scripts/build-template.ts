// Writes packages/server/build/template.tar.gz: an initialised PostgreSQL data folder, without tables of ours. A first
// start unpacks it instead of running initdb, which takes seconds. It cannot go stale: migrations run on top of it, and
// one that a newer PGlite cannot open is left aside at the first start.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { openSettings } from '../packages/server/src/adapters/pglite/open-settings.ts';
import { writeDump } from '../packages/server/src/adapters/pglite/write-dump.ts';

const file = fileURLToPath(new URL('../packages/server/build/template.tar.gz', import.meta.url));

const pglite = await PGlite.create({ ...openSettings(), dataDir: 'memory://' });
// Nobody connects to them, and without them a first start writes 372 files instead of 976 and takes half the time.
for (const unused of ['template0', 'template1']) {
  await pglite.query('update pg_database set datistemplate = false, datallowconn = true where datname = $1', [unused]);
  await pglite.exec(`drop database ${unused}`);
}
// The write-ahead log of initdb is behind this checkpoint; a start then has nothing to replay.
await pglite.exec('checkpoint');
await mkdir(dirname(file), { recursive: true });
const bytes = await writeDump(await pglite.dumpDataDir('none'), file);
await pglite.close();
console.log(`Database template: ${(bytes / 1e6).toFixed(1)} MB`);
