import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../../../telemetry/logger.ts';
import { DatabaseError } from '../../sql/failure.ts';
import { flushAll } from './flush-folder.ts';

export const RESTORE_FILE = 'restore.tar.gz';
export const MEMORY = 'memory://';

/** How the folder is to be opened. */
export interface FolderPlan {
  readonly folder: string;
  readonly origin: 'existing' | 'template' | 'initdb' | 'restore' | 'memory';
  /** tar.gz to begin with */
  readonly archive: string | undefined;
}

export interface FolderRequest {
  readonly folder: string;
  readonly templateFile: string;
  readonly logger: Logger;
  readonly nowMs: number;
}

/**
 * Looks at the folder before PGlite does: PGlite would run initdb over a folder whose PG_VERSION is gone, and takes a
 * half-unpacked one for whole. While a folder is being filled `<folder>.unfinished` stands beside it.
 */
export async function prepareFolder(request: FolderRequest): Promise<FolderPlan> {
  const { folder, templateFile, logger } = request;
  const template = existsSync(templateFile) ? templateFile : undefined;
  if (folder === MEMORY) return { folder, origin: 'memory', archive: template };
  const restoreFile = join(dirname(folder), RESTORE_FILE);
  await mkdir(dirname(folder), { recursive: true });
  if (existsSync(unfinishedMark(folder))) await rm(folder, { recursive: true, force: true });
  if (existsSync(restoreFile)) {
    await setAside(request);
    return begin({ folder, origin: 'restore', archive: restoreFile });
  }
  if (!(await isEmpty(folder))) {
    if (!existsSync(join(folder, 'PG_VERSION'))) throw new DatabaseError({ message: 'its file PG_VERSION is missing' });
    return { folder, origin: 'existing', archive: undefined };
  }
  if (template) return begin({ folder, origin: 'template', archive: template });
  logger.info('No database template was built (npm run prepare); this first start takes some seconds longer');
  return begin({ folder, origin: 'initdb', archive: undefined });
}

/** The template did not open, for example because another PGlite made it: the folder starts from nothing instead. */
export async function withoutTemplate(plan: FolderPlan): Promise<FolderPlan> {
  await rm(plan.folder, { recursive: true, force: true });
  return { ...plan, origin: 'initdb', archive: undefined };
}

/** The folder is whole. The mark goes first: without the archive, a restored folder must not look unfinished. */
export async function finishFolder(plan: FolderPlan): Promise<void> {
  if (plan.origin === 'existing' || plan.origin === 'memory') return;
  await rm(unfinishedMark(plan.folder), { force: true });
  await flushAll([dirname(plan.folder)]);
  if (plan.origin === 'restore' && plan.archive) await rm(plan.archive, { force: true });
}

async function begin(plan: FolderPlan): Promise<FolderPlan> {
  await writeFile(unfinishedMark(plan.folder), '', { flush: true });
  return plan;
}

async function setAside({ folder, nowMs, logger }: FolderRequest): Promise<void> {
  if (await isEmpty(folder)) return;
  const aside = `${folder}.replaced-${new Date(nowMs).toISOString().replaceAll(/[-:.]/g, '')}`;
  await rename(folder, aside);
  logger.warn({ keptAs: aside }, 'The database is restored from a dump; the folder it replaces is kept');
}

async function isEmpty(folder: string): Promise<boolean> {
  return !existsSync(folder) || (await readdir(folder)).length === 0;
}

function unfinishedMark(folder: string): string {
  return `${folder}.unfinished`;
}
