import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../telemetry/logger.ts';
import { fakeParts, serveFakes } from '../../../test/support/http-fakes.ts';

const home = mkdtempSync(join(tmpdir(), 'ovation-http-log-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the log of requests', () => {
  it('has a line for each at debug, and the id of the request in every line written on its behalf (S1-23)', async () => {
    const file = join(home, 'app.log');
    const logger = createLogger({ debug: true, file, console: false });
    const { channels } = fakeParts().parts;
    const changeSettings: typeof channels.changeSettings = async (...args) => {
      await Promise.resolve();
      logger.info('Settings changed');
      return channels.changeSettings(...args);
    };
    await using app = await serveFakes(fakeParts({ logger, channels: { ...channels, changeSettings } }).parts);
    const url = '/api/v1/channels/default/settings?token=secret';
    const ids = ['trace-1', 'trace-2', 'trace-3'];
    await Promise.all(
      ids.map((id) => app.inject({ method: 'PUT', url, payload: { interval: 5 }, headers: { 'x-request-id': id } })),
    );
    const linesOf = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line): Record<string, unknown> => JSON.parse(line));
    await vi.waitFor(() => expect(linesOf()).toHaveLength(6), { timeout: 200_000 });
    const lines = linesOf();
    for (const id of ids) {
      expect(lines.filter(({ requestId }) => requestId === id)).toEqual([
        expect.objectContaining({ level: 'info', message: 'Settings changed' }),
        expect.objectContaining({
          level: 'debug',
          message: 'Request answered',
          method: 'PUT',
          endpoint: '/api/v1/channels/:channel/settings',
          status: 200,
          durationMs: expect.any(Number),
        }),
      ]);
    }
    expect(readFileSync(file, 'utf8')).not.toContain('secret');
  });
});
