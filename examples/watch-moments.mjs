// The smallest client: prints the moments of a channel as they come, with nothing but what Node 22 or a browser has.
//
//     node examples/watch-moments.mjs [ws://127.0.0.1:8080/ws?streamerId=demo]
const address = process.argv[2] ?? 'ws://127.0.0.1:8080/ws?streamerId=demo';
let delayMs = 3_000;

function connect() {
  const socket = new WebSocket(address);
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === 'connection') {
      delayMs = 3_000;
      console.log(frame.message);
    }
    if (frame.type !== 'significant-moments') return;
    for (const { emote, count, total, ratio, timestamp, rev } of frame.data) {
      const minute = timestamp.slice(11, 16);
      console.log(`${minute}  ${emote}  ${count} of ${total} (${Math.round(ratio * 100)} %), revision ${rev}`);
    }
  };
  socket.onclose = () => {
    console.log(`Not connected to ${address}; trying again in ${delayMs / 1_000} s`);
    setTimeout(connect, delayMs);
    delayMs = Math.min(30_000, delayMs * 2);
  };
}

connect();
