/**
 * Every bar of the gateway in one run, with one table at the end (architecture.md 8, gateway.md 6).
 *
 *     node bench/gateway.ts [--clients 10000] [--repeats 3] [--seconds 3]
 *
 * Needs `taskset`, two cores and `ulimit -Hn` above the number of clients.
 */
import { measureFanOut } from './fan-out.ts';
import { measureFullRoom } from './full-room.ts';
import { measureIdleMemory } from './idle-memory.ts';
import { measureIngest } from './ingest.ts';
import { measureReconnects } from './reconnects.ts';
import { runGatewayBenches } from './rivals/results.ts';
import { measureStalledClients } from './stalled-clients.ts';

await runGatewayBenches([
  measureFanOut,
  measureFullRoom,
  measureIdleMemory,
  measureIngest,
  measureStalledClients,
  measureReconnects,
]);
