import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ServerProcess } from '../../../../../test/server-process.ts';
import { pause } from './batch-sender.ts';

/** The whole process stands still for a while, as a laptop that sleeps or a paused container. */
export async function freeze({ pid }: ServerProcess, ms: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await pause(ms);
  process.kill(pid, 'SIGCONT');
}

/** A small disk of its own for the log, seen only by who is told how; this process reaches it by `folder`. */
export interface SmallDisk extends AsyncDisposable {
  /** for startServer */
  readonly launcher: readonly string[];
  readonly folder: string;
  /** Leaves no room at all. */
  fill(): void;
  empty(): void;
}

export const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** Needs `unshare` and `nsenter` of util-linux, and a kernel that lets users have mounts of their own. */
export async function openSmallDisk(mountPoint: string): Promise<SmallDisk> {
  await mkdir(mountPoint, { recursive: true });
  // It keeps the mount alive when the server has ended.
  const keeper = 'mount -t tmpfs -o size=96m none "$0" && echo mounted && exec sleep 3600';
  const child = spawn('unshare', ['-rm', 'sh', '-c', keeper, mountPoint], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const folder = path.join(`/proc/${child.pid}/root`, mountPoint);
  const ballast = path.join(folder, 'ballast');
  return {
    launcher: ['nsenter', '-t', String(child.pid), '-U', '-m', '--preserve-credentials'],
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // The server took some of the room meanwhile: then what was written of the ballast fills the rest.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
    empty: () => rmSync(ballast),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
