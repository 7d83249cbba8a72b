import { dirname, join } from 'node:path';
import { listDumps } from './dumps.ts';
import { codeOf, DatabaseError, describeFailure } from '../../sql/failure.ts';
import { type FolderPlan, type FolderRequest, prepareFolder, RESTORE_FILE, withoutTemplate } from './prepare-folder.ts';
import { ThreadLink } from '../thread/thread-link.ts';
import { unpackArchive } from './archive.ts';

const DISK_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO']);

export interface OpenedFolder {
  readonly link: ThreadLink;
  readonly plan: FolderPlan;
}

export interface OpenFolderRequest extends FolderRequest {
  readonly dumpFolder: string;
  readonly idleLimitMs: number;
  /** called when the thread has begun to open the folder and this thread has nothing to do for it */
  readonly onStarted?: (() => void) | undefined;
}

/** @throws DatabaseError with what is wrong, which dump exists and how to go back to it. */
export async function openFolder(request: OpenFolderRequest): Promise<OpenedFolder> {
  try {
    const plan = await prepareFolder(request);
    return await openOrFallBack(plan, request);
  } catch (error) {
    const message = await explain(request, describeFailure(error).message);
    request.logger.error({ err: error }, message);
    throw new DatabaseError({ message }, { cause: error });
  }
}

async function openOrFallBack(plan: FolderPlan, request: OpenFolderRequest): Promise<OpenedFolder> {
  const { logger } = request;
  try {
    return { plan, link: await openPlan(plan, request) };
  } catch (error) {
    if (plan.origin !== 'template' || isOfDisk(error)) throw error;
    logger.warn({ err: error }, 'The database template does not open; building the database without it');
    const empty = await withoutTemplate(plan);
    return { plan: empty, link: await openPlan(empty, request) };
  }
}

/** Building the database anew writes to the same disk. */
function isOfDisk(error: unknown): boolean {
  return DISK_CODES.has(codeOf(error) ?? '');
}

async function openPlan({ folder, origin, archive }: FolderPlan, request: OpenFolderRequest): Promise<ThreadLink> {
  const { idleLimitMs, logger, onStarted } = request;
  if (origin !== 'memory' && archive !== undefined) await unpackArchive(archive, folder);
  const inThread = origin === 'memory' ? archive : undefined;
  const opening = ThreadLink.open({ dataDir: folder, archive: inThread, idleLimitMs }, logger);
  onStarted?.();
  return opening;
}

async function explain({ folder, dumpFolder }: OpenFolderRequest, reason: string): Promise<string> {
  const newest = (await listDumps(dumpFolder)).at(-1);
  const what = `The database in ${folder} does not open: ${reason}.`;
  if (!newest)
    return `${what} There is no dump of it; to begin with an empty one, move that folder away and start again.`;
  const taken = new Date(newest.takenAtMs).toISOString();
  const target = join(dirname(folder), RESTORE_FILE);
  return `${what} The newest dump is ${newest.file}, taken at ${taken}; to go back to it, copy that file to ${target} and start again (what was written later is lost, the damaged folder is kept).`;
}
