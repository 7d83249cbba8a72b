import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyDatabase, openPostgres } from '../../../test/services/open-postgres.ts';
import { query } from '../../../test/services/postgres-database.ts';
import { describeLease } from '../../../test/contracts/lease.contract.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const SCRIPT = fileURLToPath(new URL('../../../test/support/act-under-lease.ts', import.meta.url));

describeLease('PostgreSQL', async () => {
  const url = await emptyDatabase();
  return [(await openPostgres(url)).database, (await openPostgres(url)).database];
});

interface Acting {
  readonly child: ChildProcess;
  /** what it has said, newest last */
  readonly said: string[];
}

function start(url: string, owner: string): Acting {
  const child = spawn(process.execPath, [SCRIPT, url, owner], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const said: string[] = [];
  createInterface({ input: child.stdout ?? expect.unreachable() }).on('line', (line) => said.push(line));
  return { child, said };
}

async function twoActing() {
  const url = await emptyDatabase();
  await openPostgres(url);
  await query(url, 'create table acts (id bigserial primary key, owner text not null, fence bigint not null)');
  const first = start(url, 'first');
  await vi.waitFor(() => expect(first.said).toContain('acted'), WAIT);
  const second = start(url, 'second');
  await vi.waitFor(() => expect(second.said).toContain('waits'), WAIT);
  expect(second.said).not.toContain('acted');
  return { url, first, second };
}

/** Fences in the order of the acts: none is lower than the one before. */
async function expectFenced(url: string): Promise<void> {
  const acts = await query<{ owner: string; fence: number }>(url, 'select owner, fence::int from acts order by id');
  const fences = acts.map(({ fence }) => fence);
  expect(fences).toEqual(fences.toSorted((a, b) => a - b));
  expect(new Set(acts.map(({ fence, owner }) => `${fence} ${owner}`)).size).toBe(new Set(fences).size);
  expect(new Set(acts.map(({ owner }) => owner)).size).toBe(2);
}

describe('a lease of two processes', () => {
  it('goes to the other one when its holder is killed', async () => {
    const { url, first, second } = await twoActing();
    first.child.kill('SIGKILL');
    await vi.waitFor(() => expect(second.said).toContain('acted'), WAIT);
    await expectFenced(url);
  });

  it('goes to the other one while its holder is frozen, which can do nothing when it wakes', async () => {
    const { url, first, second } = await twoActing();
    first.child.kill('SIGSTOP');
    await vi.waitFor(() => expect(second.said).toContain('acted'), WAIT);
    const before = first.said.length;
    first.child.kill('SIGCONT');
    await vi.waitFor(() => expect(first.said.slice(before)).toContain('waits'), WAIT);
    await expectFenced(url);
  });
});
