/**
 * One event with a million viewers, on paper (gateway.md 5): what it would take at the unit costs of this machine. Put in
 * what `npm run bench -- gateway` measured.
 *
 *     node bench/million-viewers.ts --frame-us 8.8 --reaction-us 11.4 --reconnect-us 251 --connection-kb 6.5
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '1000000' },
    /** CPU of one frame to one viewer, of one reaction in, of one viewer who comes back */
    'frame-us': { type: 'string', default: '8.8' },
    'reaction-us': { type: 'string', default: '11.4' },
    'reconnect-us': { type: 'string', default: '251' },
    /** RSS of a connection */
    'connection-kb': { type: 'string', default: '6.5' },
  },
});
const viewers = Number(values.viewers);
const frameUs = Number(values['frame-us']);
const reactionUs = Number(values['reaction-us']);
const reconnectUs = Number(values['reconnect-us']);
const connectionKb = Number(values['connection-kb']);

/** Reactions a second of a viewer: on average, and when something happens. */
const CALM = 0.2;
const PEAK = 1;
/** Share of a core that is used, so that there is room for what nobody expected. */
const USED = 0.5;
const PER_PROCESS = 25_000;
const PROCESSES_PER_MACHINE = 4;
/** WebSocket 4, TLS 22, TCP/IP 52 */
const OVERHEAD_BYTES = 78;
/** of a socket, in the kernel; not part of RSS */
const KERNEL_KB = 4.5;
const RETURN_SECONDS = 30;

/** Bytes of one tick; the sizes are measured (gateway.md 2.2). */
const PLANS = [
  { name: '2 Hz, tallies, occupancy, 5 chats', hertz: 2, bytes: 620 },
  { name: 'the same, deflated once', hertz: 2, bytes: 294 },
  { name: '5 Hz, tallies only', hertz: 5, bytes: 84 },
];

const processes = Math.ceil(viewers / PER_PROCESS);
const machines = Math.ceil(processes / PROCESSES_PER_MACHINE);
const coresIn = (perViewer: number) => (viewers * perViewer * reactionUs) / 1e6;

console.log(`unit costs      ${frameUs} µs a frame, ${reactionUs} µs a reaction, ${connectionKb} kB a connection`);
for (const { name, hertz, bytes } of PLANS) {
  const frames = viewers * hertz;
  const coresOut = (frames * frameUs) / 1e6;
  const cores = Math.ceil((coresOut + coresIn(CALM)) / USED);
  const gigabits = (frames * (bytes + OVERHEAD_BYTES) * 8) / 1e9;
  console.log(
    `${name.padEnd(36)}${frames / 1e6} M frames/s, ${coresOut.toFixed(1)} + ${coresIn(CALM).toFixed(1)} busy cores (in at the peak ${coresIn(PEAK).toFixed(1)}), ${cores} at ${USED * 100} % use, ${gigabits.toFixed(1)} Gbit/s`,
  );
}
const everyReaction = viewers * viewers * CALM;
console.log(
  `${'every reaction to everybody'.padEnd(36)}${everyReaction.toExponential(0)} frames/s, ${((everyReaction * frameUs) / 1e6).toExponential(1)} busy cores`,
);
console.log(
  `memory          ${((viewers * (connectionKb + KERNEL_KB)) / 1e6).toFixed(1)} GB in all, the kernel's part included`,
);
console.log(
  `layout          ${processes} processes of ${PER_PROCESS}, ${PROCESSES_PER_MACHINE} a machine: ${machines} machines`,
);
const comeBack = (PER_PROCESS * PROCESSES_PER_MACHINE) / RETURN_SECONDS / (processes - PROCESSES_PER_MACHINE);
console.log(
  `a machine dies  ${comeBack.toFixed(0)} come back to each other process a second: ${((comeBack * reconnectUs) / 1e4).toFixed(1)} % of its core for ${RETURN_SECONDS} s`,
);
