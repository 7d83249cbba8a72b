import { type Config, ConfigError, createConfig, type Flags } from '../config/config.ts';
import { readEnvironment } from '../config/env.ts';
import { UsageError } from './command-errors.ts';
import { text } from './command-options.ts';

/** Option of the commands that open the data folder themselves. */
export const folderOption = text('FOLDER', 'folder of the data; without it OVATION_DATA_DIR, else "data"');

/** The configuration in force. @throws UsageError with all that is wrong; it may be the environment's fault, so no usage */
export function readConfig(flags: Flags = {}): Config {
  try {
    return createConfig(readEnvironment(), flags);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
