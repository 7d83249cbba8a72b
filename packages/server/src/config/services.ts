/** Where the engines outside of the process are. What is not set is embedded. */
export interface Services {
  readonly kafka: KafkaService | undefined;
  readonly redis: RedisService | undefined;
  readonly postgres: PostgresService | undefined;
}

export interface KafkaService {
  /** host:port each */
  readonly brokers: readonly string[];
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
    readonly username: string;
    readonly password: string;
  };
  /** Set = TLS; `ca` is PEM text of the authority that signed the brokers' certificates, where the system does not know it. */
  readonly tls?: { readonly ca?: string };
  /** of the topics that hold every reaction, when they are made; undefined: as the topics say */
  readonly partitions?: number;
  /** before the name of every topic and group */
  readonly prefix?: string;
  /** of topics that are made: 3 also asks for 2 in-sync replicas */
  readonly replication: number;
}

export interface RedisService {
  readonly mode: 'single' | 'sentinel' | 'cluster';
  /** one for `single`; the sentinels, or some nodes of the cluster */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  /** name of the primary that sentinels watch */
  readonly primaryName?: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
  /** before every key and channel, such as `ovation:` */
  readonly prefix: string;
  readonly database: number;
}

export interface PostgresService {
  /** postgres://user:password@host:port/name?sslmode=… */
  readonly url: string;
  /** of a read replica, for read models */
  readonly replicaUrl?: string;
  readonly poolSize: number;
}

export interface BlobService {
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
