import { existsSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { bytesLeft, DISK_ROOM } from '../disk-room.ts';
import { type Finding, fine, problem, warning } from '../ports/finding.ts';
import { type LocalAccess, readAccess } from './data-folder.ts';
import { refusePortInUse } from './port-in-use.ts';

const GIGABYTE = 1_000_000_000;
const ANSWER_LIMIT_MS = 2_000;
/** A day of a busy channel; less is not wrong, and runs out while people sleep. */
const ROOMY_BYTES = GIGABYTE;

interface Host {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
}

/** The data folder, the disk below it and the port. Makes and changes nothing. */
export async function examineHost(host: Host): Promise<Finding[]> {
  const running = await runningServer(host.dataDir);
  return [
    await examineFolder(host.dataDir, running),
    await examineDisk(host.dataDir),
    await examinePort(host, running),
  ];
}

/** What a killed server left behind leads nowhere, so it is asked. */
async function runningServer(folder: string): Promise<LocalAccess | undefined> {
  const known = await readAccess(folder);
  if (!known) return undefined;
  try {
    const answer = await fetch(`${known.url}/live`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return answer.ok ? known : undefined;
  } catch {
    return undefined;
  }
}

async function examineFolder(folder: string, running: LocalAccess | undefined): Promise<Finding> {
  const subject = 'Data folder';
  const mend = 'Set OVATION_DATA_DIR to a folder that this user may write.';
  const nearest = nearestThatIsThere(folder);
  try {
    if (!(await stat(nearest)).isDirectory()) return problem(subject, `${nearest} is no folder`, mend);
    await access(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return problem(subject, `${nearest} may not be written by this user`, mend);
  }
  if (running) return fine(subject, `${folder} is in use by the server at ${running.url}`);
  return fine(subject, nearest === folder ? `${folder} may be written` : `${folder} will be made by the first start`);
}

async function examineDisk(folder: string): Promise<Finding> {
  const subject = 'Disk';
  try {
    const disk = await statfs(nearestThatIsThere(folder));
    const bytes = bytesLeft(disk);
    const says = `has ${(bytes / GIGABYTE).toFixed(1)} GB left for ${folder}`;
    const mend = 'Make room, or set OVATION_DATA_DIR to a folder on another disk.';
    // File systems without blocks say nothing of their room.
    if (disk.blocks === 0) return fine(subject, 'does not say how much room it has');
    if (bytes < DISK_ROOM.firstStart) return problem(subject, says, mend);
    return bytes < ROOMY_BYTES ? warning(subject, says, mend) : fine(subject, says);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return problem(subject, `cannot be asked for its room: ${reason}`, 'Look at the file system of the data folder.');
  }
}

async function examinePort({ host, port }: Host, running: LocalAccess | undefined): Promise<Finding> {
  const subject = 'Port';
  if (running && Number(new URL(running.url).port) === port) return fine(subject, `${port} is that of this server`);
  if (port === 0) return fine(subject, 'is any free one');
  try {
    await refusePortInUse({ host, port });
    return fine(subject, `${port} on ${host} is free`);
  } catch {
    return problem(subject, `${port} on ${host} is in use`, `Stop what runs there, or set PORT=${port + 1}.`);
  }
}

function nearestThatIsThere(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest) && nearest !== path.dirname(nearest)) nearest = path.dirname(nearest);
  return nearest;
}
