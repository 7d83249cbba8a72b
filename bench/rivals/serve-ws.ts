/** What most people write: `ws`, and `client.send(text)` for each. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { BenchServer, listenAndServe } from './bench-server.ts';

const server = createServer();
const bench = new BenchServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    // `binaryType` stays at its default, so every message is one Buffer.
    JSON.parse((data as Buffer).toString());
    bench.heard();
  });
});
let seq = 0;
listenAndServe(server, bench, {
  broadcast: (count, bytes) => {
    for (let i = 0; i < count; i += 1) {
      seq += 1;
      const text = JSON.stringify({ k: 'ev', c: 1, o: seq, t: Date.now(), pad: 'x'.repeat(Math.max(1, bytes - 60)) });
      for (const client of sockets.clients) client.send(text);
    }
  },
});
