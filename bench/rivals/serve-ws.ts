/** What most people write: `ws`, and `client.send(text)` for each. */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serveBench } from './bench-server.ts';

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
let received = 0;
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    JSON.parse((data as Buffer).toString());
    received += 1;
  });
});
let seq = 0;
serveBench(server, {
  broadcast: (count, bytes) => {
    for (let i = 0; i < count; i += 1) {
      seq += 1;
      const text = JSON.stringify({ k: 'ev', o: seq, pad: 'x'.repeat(Math.max(1, bytes - 40)) });
      for (const client of sockets.clients) client.send(text);
    }
  },
  received: () => received,
});
