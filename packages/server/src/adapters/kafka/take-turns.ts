import { type Base, kGetBootstrapConnection } from '@platformatic/kafka';

/**
 * Lets the client ask another broker after a request that failed. By itself it asks the first one of its list again and
 * again, which never ends when that broker hangs: it accepts connections and answers nothing.
 */
export function takeTurns<Client extends Base>(client: Client): Client {
  let turn = 0;
  const connect = client[kGetBootstrapConnection].bind(client);
  client[kGetBootstrapConnection] = (callback, attempt = 0) => connect(callback, attempt + turn);
  client.on('client:performWithRetry:failed', () => {
    turn += 1;
  });
  return client;
}
