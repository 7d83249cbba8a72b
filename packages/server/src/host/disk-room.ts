import { statfs } from 'node:fs/promises';

/** Less than this and the next batches may not fit. */
const NEARLY_FULL_BYTES = 16 * 1024 * 1024;

/** Whether the disk of `folder` can take more writes for a while. */
export async function diskHasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= NEARLY_FULL_BYTES;
}
