import { statfs } from 'node:fs/promises';
import { bytesLeft, DISK_ROOM } from '../ports/disk-room.ts';

/** Whether the disk of `folder` can take more writes for a while. */
export async function diskHasRoom(folder: string): Promise<boolean> {
  return bytesLeft(await statfs(folder)) >= DISK_ROOM.ready;
}
