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

/** The broker that keeps a group, wherever it is at the moment. */
export class Coordinator {
  readonly #group: string;
  readonly #admin: Admin;
  #broker: Broker | undefined;

  /** @param longestMs how long an answer may take: the one to JoinGroup waits for all members */
  constructor(service: KafkaService, group: string, longestMs: number) {
    this.#group = group;
    this.#admin = new Admin({ ...clientOptions(service), retries: 0, requestTimeout: longestMs + REQUEST_TIMEOUT_MS });
  }

  /** Asks once; a coordinator that has moved is looked for before the next request. */
  async ask<Name extends keyof Requests>(
    name: Name,
    ...args: Asked<Requests[Name]>
  ): Promise<Answered<Requests[Name]>> {
    try {
      this.#broker ??= await this.#find();
      const connection = await this.#connect(this.#broker);
      const api = await this.#api(name);
      return await api(connection, ...args);
    } catch (error) {
      if (hasCode(error, ...MOVED)) this.#broker = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#admin.close().catch(() => undefined);
  }

  async #find(): Promise<Broker> {
    const found = await this.#admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [this.#group] });
    const coordinator = found.find(({ key }) => key === this.#group);
    if (!coordinator) throw new Error(`Group "${this.#group}" has no coordinator`);
    return { host: coordinator.host, port: coordinator.port };
  }

  #connect(broker: Broker): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.#admin[kGetConnection](broker, (error, connection) => {
        if (connection) resolve(connection);
        else reject(error ?? new Error('There is no connection'));
      });
    });
  }

  #api<Name extends keyof Requests>(name: Name) {
    type Ask = (connection: Connection, ...args: Asked<Requests[Name]>) => Promise<Answered<Requests[Name]>>;
    return new Promise<Ask>((resolve, reject) => {
      this.#admin[kGetApi]<never, never>(name, (error, api) => {
        // The name says which request it is, and the versions of a request take the same arguments.
        if (api) resolve(api.async as unknown as Ask);
        else reject(error ?? new Error(`There is no ${name}`));
      });
    });
  }
}
