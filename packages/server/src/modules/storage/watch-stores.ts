import type { Platform } from '../../platform.ts';
import type { StartRun } from '../run.ts';
import { storeBytes, tableSizes } from './measure-stores.ts';
import { storageMetrics } from './metrics.ts';

/** The database has hundreds of files. */
const EVERY_MS = 300_000;

/** Measures the stores every five minutes, for the metrics. */
export const watchStores: StartRun<object> = async (_api, platform) => {
  let running: Promise<void> | undefined;
  const begin = () => {
    running ??= measure(platform).finally(() => {
      running = undefined;
    });
  };
  begin();
  const timer = platform.clock.every(EVERY_MS, begin);
  return {
    async [Symbol.asyncDispose]() {
      timer[Symbol.dispose]();
      await running;
    },
  };
};

async function measure({ config, database, logger, metrics }: Platform): Promise<void> {
  const { bytes, deadRows, tableBytes } = storageMetrics(metrics);
  try {
    for (const [store, n] of Object.entries(await storeBytes(config.dataDir))) bytes.set({ store }, n);
    for (const { table, ...size } of await tableSizes(database)) {
      tableBytes.set({ table }, size.bytes);
      deadRows.set({ table }, size.dead);
    }
  } catch (error) {
    logger.debug({ err: error }, 'The stores could not be measured');
  }
}
