import {
  Admin,
  type Broker,
  type Connection,
  FindCoordinatorKeyTypes,
  type heartbeatV4,
  type joinGroupV9,
  kGetApi,
  kGetConnection,
  type leaveGroupV5,
  type offsetCommitV9,
  type syncGroupV5,
} from '@platformatic/kafka';
import type { KafkaService } from '../../../config/services.ts';
import { clientOptions, REQUEST_TIMEOUT_MS } from '../client-options.ts';
import { hasCode } from '../errors.ts';
import { takeTurns } from '../take-turns.ts';

/** The requests of Kafka's group protocol; the client has them in any version that the broker speaks. */
interface Requests {
  readonly JoinGroup: typeof joinGroupV9.api;
  readonly SyncGroup: typeof syncGroupV5.api;
  readonly Heartbeat: typeof heartbeatV4.api;
  readonly LeaveGroup: typeof leaveGroupV5.api;
  readonly OffsetCommit: typeof offsetCommitV9.api;
}

type Asked<Api> = Api extends { async: (connection: Connection, ...args: infer Args) => Promise<unknown> }
  ? Args
  : never;
type Answered<Api> = Api extends { async: (...args: never[]) => Promise<infer Answer> } ? Answer : never;

const MOVED = [
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'PLT_KFK_NETWORK',
  'PLT_KFK_TIMEOUT',
];

/** How often it is asked whether the group has moved while an answer is waited for. */
const LOOK_MS = 2_000;

/** The broker that keeps a group, wherever it is at the moment. */
export class Coordinator {
  readonly #group: string;
  readonly #admin: Admin;
  /** For answers that wait for all members. A broker takes the requests of a connection one after another. */
  readonly #patient: Admin;
  #broker: Broker | undefined;

  /** @param rebalanceMs how long the group waits for its members */
  constructor(service: KafkaService, group: string, rebalanceMs: number) {
    this.#group = group;
    const options = { ...clientOptions(service), retries: 0 };
    this.#admin = takeTurns(new Admin(options));
    this.#patient = new Admin({ ...options, requestTimeout: rebalanceMs + REQUEST_TIMEOUT_MS });
  }

  /** Asks once; a coordinator that has moved is looked for before the next request. */
  async ask<Name extends keyof Requests>(
    name: Name,
    ...args: Asked<Requests[Name]>
  ): Promise<Answered<Requests[Name]>> {
    try {
      const broker = (this.#broker ??= await this.#find());
      const isSlow = name === 'JoinGroup' || name === 'SyncGroup';
      const client = isSlow ? this.#patient : this.#admin;
      const connection = await connect(client, broker);
      const api = await this.#api(client, name);
      const answer = api(connection, ...args);
      return await (isSlow ? this.#whileAt(broker, answer) : answer);
    } catch (error) {
      if (hasCode(error, ...MOVED)) this.#broker = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const clients = [this.#admin, this.#patient];
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
  }

  /** Waits for the answer as long as the group is kept there: of a broker that hangs nothing comes. */
  async #whileAt<T>(broker: Broker, answer: Promise<T>): Promise<T> {
    const watch = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      const look = async () => {
        const now = await this.#find();
        if (now.host === broker.host && now.port === broker.port) return;
        this.#broker = now;
        watch.reject(new Error(`Group "${this.#group}" has moved to another broker`));
      };
      look().catch(() => undefined);
    }, LOOK_MS);
    try {
      return await Promise.race([answer, watch.promise]);
    } finally {
      clearInterval(timer);
    }
  }

  async #find(): Promise<Broker> {
    const found = await this.#admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [this.#group] });
    const coordinator = found.find(({ key }) => key === this.#group);
    if (!coordinator) throw new Error(`Group "${this.#group}" has no coordinator`);
    return { host: coordinator.host, port: coordinator.port };
  }

  #api<Name extends keyof Requests>(client: Admin, name: Name) {
    type Ask = (connection: Connection, ...args: Asked<Requests[Name]>) => Promise<Answered<Requests[Name]>>;
    return new Promise<Ask>((resolve, reject) => {
      client[kGetApi]<never, never>(name, (error, api) => {
        // The name says which request it is, and the versions of a request take the same arguments.
        if (api) resolve(api.async as unknown as Ask);
        else reject(error ?? new Error(`There is no ${name}`));
      });
    });
  }
}

function connect(client: Admin, broker: Broker): Promise<Connection> {
  return new Promise((resolve, reject) => {
    client[kGetConnection](broker, (error, connection) => {
      if (connection) resolve(connection);
      else reject(error ?? new Error('There is no connection'));
    });
  });
}
