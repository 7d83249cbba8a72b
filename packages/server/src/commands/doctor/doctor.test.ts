import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FakeIo } from '../../../test/support/fake-command-io.ts';
import { clockFinding } from '../../ports/finding.ts';
import { doctorCommand } from './doctor.ts';

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ovation-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function run(...args: readonly string[]): Promise<{ code: number; out: string }> {
  const io = new FakeIo();
  const code = await doctorCommand.run(args, io);
  expect(io.written.err).toBe('');
  return { code, out: io.written.out };
}

it('finds nothing wrong with an embedded set-up, and makes nothing', async () => {
  const folder = path.join(newFolder(), 'data');
  const { code, out } = await run('--data-dir', folder, '--port', '0');
  expect(out).toMatch(
    /^ok {7}Roles: api, gateway, analyzer, worker, simulator, in one process over its data folder\.$/m,
  );
  expect(out).toMatch(/^ok {7}Data folder: .*\/data will be made by the first start\.$/m);
  expect(out).toMatch(/^(?:ok {7}|warning {2})Disk: has [\d.]+ GB left/m);
  expect(out).toMatch(/\n\n0 problems, [01] warnings?\n$/);
  expect(code).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

it('names a port that is in use, and the next one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  // A TCP server that listens has such an address.
  const { port } = server.address() as AddressInfo;
  const { code, out } = await run('--data-dir', newFolder(), '--port', String(port));
  expect(out).toContain(
    `problem  Port: ${port} on 127.0.0.1 is in use. Stop what runs there, or set PORT=${port + 1}.\n`,
  );
  expect(code).toBe(1);
});

it('names a folder that is none, or that this user may not write', async () => {
  const file = path.join(newFolder(), 'file');
  writeFileSync(file, '');
  const { code, out } = await run('--data-dir', file, '--port', '0');
  expect(out).toMatch(/^problem {2}Data folder: .*file is no folder\. Set OVATION_DATA_DIR/m);
  expect(code).toBe(1);
  const closed = newFolder();
  chmodSync(closed, 0o500);
  const { out: refused } = await run('--data-dir', closed, '--port', '0');
  // Root may write everywhere.
  if (process.getuid?.() !== 0) expect(refused).toMatch(/^problem {2}Data folder: .* may not be written by this user/m);
});

it('says that roles of an embedded set-up stay alone', async () => {
  const { code, out } = await run('--data-dir', newFolder(), '--port', '0', '--roles', 'api,gateway', '--json');
  expect(JSON.parse(out)[0]).toEqual({
    subject: 'Roles',
    state: 'warning',
    says: expect.stringContaining('the data folder is for one process'),
    mend: expect.stringContaining('OVATION_KAFKA_BROKERS'),
  });
  expect(code).toBe(0);
});

it.each([
  [0, 'ok'],
  [-900, 'ok'],
  [5_000, 'warning'],
  [-60_000, 'problem'],
])('judges an engine whose clock is %i ms ahead as %s', (aheadMs, state) => {
  const asked = { askedAt: 10_000_000, heardAt: 10_000_040 };
  expect(clockFinding('Clock', { ...asked, theirs: asked.askedAt + 20 + aheadMs })).toMatchObject({ state });
});
