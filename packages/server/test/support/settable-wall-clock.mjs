// Preloaded into a server: its wall clock is off by the ms that stand in the file that WALL_CLOCK_FILE names.
import { readFileSync } from 'node:fs';

const { now } = Date;
const file = process.env.WALL_CLOCK_FILE;
let offsetMs = 0;
setInterval(() => {
  offsetMs = Number(readFileSync(file, 'utf8')) || 0;
}, 50).unref();
Date.now = () => now() + offsetMs;
