import { z } from 'zod';
import { readEnvironment } from '../../config/env.ts';
import { VARIABLES } from '../../config/names.ts';
import { shownServices } from '../../config/shown-services.ts';
import { defineCommand } from '../define-command.ts';
import { readConfig } from '../read-config.ts';

export const configCommand = defineCommand({
  name: 'config',
  about: 'Prints the configuration in force as JSON. Secrets show as "(set)".',
  operands: {
    value: 'print',
    type: z.tuple([z.literal('print')], 'Say what to do with it: ovation config print.'),
  },
  options: {},
  async run(_given, io) {
    const config = readConfig();
    const environment = readEnvironment();
    const variables = Object.fromEntries(
      VARIABLES.map((variable) => {
        const value = environment[variable.name];
        return [variable.name, value !== undefined && 'isSecret' in variable ? '(set)' : (value ?? null)];
      }),
    );
    const accessTokenSecret = config.accessTokenSecret === undefined ? null : '(set)';
    const services = shownServices(config.services);
    const shown = { config: { ...config, accessTokenSecret, services }, variables };
    io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return 'fine';
  },
});
