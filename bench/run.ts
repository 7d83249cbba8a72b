// `npm run bench` lists the benchmarks, `npm run bench -- NAME [OPTIONS]` runs one.
import { spawnSync } from 'node:child_process';

const benches: Record<string, string> = {
  soak: 'a week by a moved clock: what grows, and who waits for VACUUM; bars 400 MB, 2 % a day, 250 ms',
  attacked: 'GET /health while strangers do what they did, attackers on the other core; bar p99 250 ms',
  'event-log': 'durable acknowledged appends per second of the embedded log; bar 100,000/s with 100 producers',
  'event-log-kafka': 'the same appends and reads over one and three Kafka brokers beside LMDB; no bar (--brokers A,B)',
  database: 'start, memory and inserts of the embedded database',
  start: 'process start to the first 200, first and warm, and RSS a minute later; bars 2 s, 1 s, 350 MB',
  'emote-to-socket': 'p50 and p99 from POST /emotes to the classic socket for intervals 1, 30, 300; bar p99 300 ms',
  'layout-shift': 'layout shift of the page over 60 s of traffic; bar 0.02',
  'crash-model': 'random logs against the analyzer while its owners die; bar 0 wrong in 1,000',
  'digest-intake': 'records a second and core that the analyzer takes in; bar 300,000/s',
  simulate: 'messages a second that the audience model makes on one core; no bar',
  'replay-speed': 'messages a second through activity and surge on one core; bar 200,000/s',
  'evaluate-left-out': 'settings of surge chosen without what they are scored on; needs the labelled chats',
  'evaluate-event-free': 'false alarms of surge in audiences to which nothing happens; bar 1 in the worst of 20 hours',
  'evaluate-best': 'labels among the best ten an hour; needs the labelled chats',
  'evaluate-plots': 'pictures of hits and misses for docs/detection.md; needs the labelled chats',
  'import-memory': 'RSS of importing 1 GB of each of four formats, at 10 Hz; bar 300 MB (--megabytes N, --format NAME)',
  'import-against':
    'import of four formats beside that of an earlier commit, in turns in one process; bar 0.95 (--base FOLDER)',
  'cluster-latency':
    'change → viewer on another node, reaction → moment, over five processes and real engines; bars p99 25 ms, 500 ms',
  'crash-audit': 'kill -9 under load, audited from the log; bar 0 acknowledged lost, 0 twice, no hole in a feed',
  gateway: 'every bar of the gateway, one table; fan-out … reconnects below are its parts (--clients N, --repeats N)',
  'fan-out': 'deliveries per CPU-second beside plain ws and Socket.IO; bars 1.1 ×, 1.8 ×, 1.2 M with ten in a frame',
  'full-room': '10,000 viewers, ticks out, 10,000 reactions/s in, in the whole product; bars 0.60 core, p99 150 ms',
  'idle-memory': 'RSS of an idle connection with its session, beside ws and Socket.IO; bar 10 kB',
  ingest: 'small frames in per CPU-second at 10,000 connections; bar 110,000',
  'stalled-clients': '50 of 200 clients read no more; bars 10 MB, and the others notice nothing',
  'million-viewers': 'one event with a million viewers, on paper, at the unit costs that gateway measured',
  reconnects: '10,000 clients come back at once with tickets; bar 5 s',
  against: 'a benchmark beside the same one of an earlier commit, in turns (against start --base REV --runs 9)',
  'hot-channel':
    '100,000 records a second on one channel through Kafka and two bridges; bar sent = counted (--seconds N)',
  'redis-bus': 'p50 and p99 of the live bus over Redis between two processes; no bar (--rate N, --cluster)',
  check: 'the quick gate five times; bar 20 s in the median',
};

const [name, ...options] = process.argv.slice(2);
if (name === undefined || !(name in benches)) {
  const width = Math.max(...Object.keys(benches).map((known) => known.length));
  for (const [known, what] of Object.entries(benches)) console.log(`  ${known.padEnd(width)}  ${what}`);
  console.log('\nnpm run bench -- NAME');
  process.exitCode = name === undefined ? 0 : 2;
} else {
  // What `npm start` says to V8 counts where memory is measured.
  const flags = name === 'soak' ? ['--max-semi-space-size=4'] : [];
  const { status } = spawnSync('node', [...flags, `bench/${name}.ts`, ...options], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
