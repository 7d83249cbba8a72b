/** A process that is a member of a group and prints what it is told, a line of JSON each. */
import { createSystemClock } from '../../../src/adapters/system/clock.ts';
import { openKafkaEventLog } from '../../../src/adapters/kafka/event-log.ts';

const [brokers = '', group = '', topic = '', sessionMs = '0'] = process.argv.slice(2);
const tell = (what: string) => (partitions: readonly number[]) => {
  console.log(JSON.stringify({ what, partitions }));
};

const eventLog = await openKafkaEventLog({
  service: { brokers: brokers.split(','), replication: 1 },
  clock: createSystemClock(),
  groupLimits: { sessionMs: Number(sessionMs), heartbeatMs: 500 },
});
const onRevoked = async (partitions: readonly number[]) => tell('revoked')(partitions);
const onLost = async (partitions: readonly number[]) => tell('lost')(partitions);
await eventLog.join({ group, topic, onAssigned: tell('assigned'), onRevoked, onLost });
