import { ConfigError, createConfig } from '../config/config.ts';
import { readEnvironment } from '../config/env.ts';
import { VARIABLES } from '../config/names.ts';
import type { Command } from './command.ts';

const usage = 'Usage: ovation config print\n\nPrints the configuration in force as JSON. Secrets show as "(set)".';

export const configCommand: Command = {
  name: 'config',
  summary: 'print the configuration in force',
  usage,
  run(args, io) {
    if (args.length !== 1 || args[0] !== 'print') {
      io.stderr.write(`${usage}\n`);
      return Promise.resolve(2);
    }
    const environment = readEnvironment();
    const variables = Object.fromEntries(
      VARIABLES.map((variable) => {
        const value = environment[variable.name];
        return [variable.name, value !== undefined && 'isSecret' in variable ? '(set)' : (value ?? null)];
      }),
    );
    try {
      const config = createConfig(environment);
      const accessTokenSecret = config.accessTokenSecret === undefined ? null : '(set)';
      io.stdout.write(`${JSON.stringify({ config: { ...config, accessTokenSecret }, variables }, null, 2)}\n`);
      return Promise.resolve(0);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      io.stderr.write(`${error.message}\n`);
      return Promise.resolve(2);
    }
  },
};
