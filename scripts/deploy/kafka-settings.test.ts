import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './tools.ts';

it('the settings file of the broker has the tuning values, in KRaft mode (S2-05, C24)', () => {
  const lines = readFileSync(`${root}/deploy/kafka/server.properties`, 'utf8').split('\n');
  const settings = Object.fromEntries(lines.filter((line) => /^[a-z]/.test(line)).map((line) => line.split('=', 2)));
  expect(settings).toMatchObject({
    'process.roles': 'broker,controller',
    'num.network.threads': '8',
    'num.io.threads': '16',
    'socket.send.buffer.bytes': '102400',
    'socket.receive.buffer.bytes': '102400',
    'socket.request.max.bytes': '104857600',
    'log.retention.hours': '24',
    'log.segment.bytes': '1073741824',
    'log.message.timestamp.type': 'LogAppendTime',
    'auto.create.topics.enable': 'false',
  });
});
