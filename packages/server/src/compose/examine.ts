import { clocks, examinations, openAdapter } from '../adapters/index.ts';
import type { Config } from '../config/config.ts';
import { examineHost } from '../host/examine-host.ts';
import { readMigrations } from '../modules/migrations.ts';
import { type Finding, fine, warning } from '../ports/finding.ts';
import { aloneSentence } from './compose.ts';
import { topicsOf } from './create-topics.ts';

/** Looks at everything that the configuration names, side by side; the answers come in a fixed order. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  const { services } = config;
  const clock = await openAdapter(clocks, services, undefined);
  const options = { services, topics: topicsOf(config), migrations: await readMigrations(), clock };
  const found = await Promise.all([examineHost(config), ...examinations.map((ask) => ask(options))]);
  return [examineRoles(config), ...found.flat()];
}

function examineRoles(config: Config): Finding {
  const subject = 'Roles';
  const { kafka, postgres, redis } = config.services;
  const names = config.roles.join(', ');
  const alone = aloneSentence(config);
  if (alone !== undefined) {
    const mend = 'Start all roles, or set OVATION_KAFKA_BROKERS and OVATION_DATABASE_URL.';
    return warning(subject, `${names}. ${alone}`, mend);
  }
  if (!kafka || !postgres) return fine(subject, `${names}, in one process over its data folder`);
  if (redis) return fine(subject, `${names}; other processes may run the others`);
  const says = `${names}; without Redis each process has limits of its own, and ticks show the viewers of one gateway`;
  return warning(subject, says, 'Set OVATION_REDIS_URL where more than one gateway or api runs.');
}
