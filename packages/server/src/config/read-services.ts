import type { Environment } from './names.ts';
import { readKafka } from './read-kafka.ts';
import { readPostgres } from './read-postgres.ts';
import { readRedis } from './read-redis.ts';
import type { Services } from './services.ts';

/** The engines that the variables name. What is wrong goes to `problems`. */
export function readServices(environment: Environment, problems: string[]): Services {
  return {
    kafka: readKafka(environment, problems),
    redis: readRedis(environment, problems),
    postgres: readPostgres(environment, problems),
  };
}
