/**
 * The product itself, as `ovation serve` composes it: log on disk, database, tokens, limits, metrics. Arguments: the data
 * folder, the roles.
 */
import { compose } from '../../packages/server/src/compose/compose.ts';
import { createConfig } from '../../packages/server/src/config/config.ts';
import { BenchServer } from './bench-server.ts';

const [dataDir, roles] = process.argv.slice(2);
const environment = { OVATION_SIMULATOR: 'off', OVATION_SETTINGS_AUTH: 'token', ACCESS_TOKEN_SECRET: 'bench' };
const config = createConfig(environment, { port: '0', dataDir, roles });
const running = await compose(config, { isTerminal: true });
process.once('SIGTERM', () => {
  void running[Symbol.asyncDispose]().then(() => process.disconnect());
});
new BenchServer().serve(Number(new URL(running.url).port), { broadcast: () => undefined });
