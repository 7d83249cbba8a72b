import type { Clock } from '../../../ports/clock.ts';
import type { ReplicaLag } from '../../../ports/database.ts';
import { type Finding, fine, problem, warning } from '../../../ports/finding.ts';
import { silentLogger } from '../../../telemetry/logger.ts';
import type { SqlConnection } from '../../sql/connection.ts';
import { ReplicaReads } from '../replica-reads.ts';
import { startProblem } from '../start-problem.ts';
import { connected, openForLooking } from './open-for-looking.ts';

const NAME = 'OVATION_DATABASE_REPLICA_URL';
const LAG_WARNING_SECONDS = 10;
const SUBJECT = 'PostgreSQL replica';

/** A replica that is away is no problem: the primary answers instead. One that is no replica of this primary would lie. */
export async function examineReplica(primary: SqlConnection, url: string, clock: Clock): Promise<Finding[]> {
  await using opened = openForLooking(url, clock);
  try {
    await connected(() => opened.connection.query({ sql: 'select 1', params: [] }));
  } catch (error) {
    const says = startProblem(error, url).message.replaceAll('OVATION_DATABASE_URL', NAME);
    return [warning(SUBJECT, `${says}; the primary answers instead`, `Set ${NAME} to a replica that runs.`)];
  }
  return [await lagFinding(primary, opened.connection, clock)];
}

async function lagFinding(primary: SqlConnection, replica: SqlConnection, clock: Clock): Promise<Finding> {
  let lag: ReplicaLag | undefined;
  const onLag = (measured: ReplicaLag | undefined) => (lag = measured);
  await using reads = new ReplicaReads({ primary, replica, clock, logger: silentLogger(), onLag });
  await reads.measure();
  if (!lag) {
    const says = 'is no replica: it takes writes itself, or cannot be compared with the primary';
    return problem(SUBJECT, says, `Set ${NAME} to a streaming replica of the primary, or unset it.`);
  }
  const { bytes, seconds } = lag;
  const says = `is ${seconds.toFixed(1)} s and ${bytes} bytes behind the primary`;
  if (seconds <= LAG_WARNING_SECONDS) return fine(SUBJECT, says);
  return warning(
    SUBJECT,
    `${says}; the primary answers instead`,
    'Look whether it replays, and at the network between.',
  );
}
