/** Socket.IO 4, a room of everybody. Not installed with Ovation: see README.md beside this file. */
import { createServer } from 'node:http';
import { BenchServer, listenAndServe } from './bench-server.ts';

interface IoSocket {
  on(event: string, listener: (value: unknown) => void): void;
}
interface Io {
  on(event: 'connection', listener: (socket: IoSocket) => void): void;
  emit(event: string, value: unknown): void;
}

const name = 'socket.io';
// Loaded by a name that no tool resolves: it is there only where the rivals are installed.
const { Server } = (await import(name)) as { Server: new (server: object, options: object) => Io };
const server = createServer();
const bench = new BenchServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
io.on('connection', (socket) => socket.on('react', () => bench.heard()));
let seq = 0;
listenAndServe(server, bench, {
  broadcast: (count, bytes) => {
    for (let i = 0; i < count; i += 1) {
      seq += 1;
      io.emit('ev', { c: 1, o: seq, t: Date.now(), pad: 'x'.repeat(Math.max(1, bytes - 60)) });
    }
  },
});
