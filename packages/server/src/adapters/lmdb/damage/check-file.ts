import { readMeta } from './meta-page.ts';
import { Damage, PageFile } from './page-file.ts';
import { TreeWalk } from './tree-walk.ts';

/**
 * Looks at a file of LMDB before LMDB maps it: a page that a damaged file names and does not have would end the process
 * with SIGBUS or SIGSEGV, without a word. Checked are both meta pages, the size, the list of free pages, and the pages
 * that a start reads; of a file that ends before its last page, all of them, since it may do so only where nothing is.
 * What is inside of records has no checksum.
 * @returns why the file is damaged, as a part of a sentence; undefined when it is not
 */
export function findDamage(path: string): string | undefined {
  try {
    using file = new PageFile(path);
    // LMDB makes what it needs in an empty file, as in one that is missing: a first start may have been killed before.
    if (file.bytes === 0) return undefined;
    const meta = readMeta(file);
    new TreeWalk(file, meta, file.bytes < (meta.lastPage + 1) * meta.pageBytes).run();
    return undefined;
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw error;
  }
}
