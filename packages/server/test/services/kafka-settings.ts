import path from 'node:path';

/** Users of the SASL listeners. */
export const KAFKA_USERS = {
  PLAIN: { username: 'plain-user', password: 'plain-secret' },
  'SCRAM-SHA-512': { username: 'scram-user', password: 'scram-secret' },
} as const;

export interface NodePorts {
  readonly plain: number;
  readonly controller: number;
  readonly sasl: number;
  readonly tls: number;
}

export interface NodePlan {
  readonly id: number;
  readonly ports: NodePorts;
  readonly folder: string;
  /** PEM file with the server's key and certificate; set = listeners with SASL and TLS */
  readonly keyFile: string | undefined;
  /** of all nodes */
  readonly controllers: readonly { readonly id: number; readonly port: number }[];
  /** of the test, over all others */
  readonly settings: Readonly<Record<string, string>>;
}

/** A node that starts in seconds, sees its own death in three seconds and takes 200 MiB. */
const SMALL_AND_QUICK: Readonly<Record<string, string>> = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'PLAIN',
  'listener.security.protocol.map': 'PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT,TLS:SASL_SSL',
  'auto.create.topics.enable': 'false',
  'log.message.timestamp.type': 'LogAppendTime',
  'log.retention.hours': '24',
  'log.segment.bytes': '1073741824',
  'num.network.threads': '8',
  'num.io.threads': '16',
  'socket.send.buffer.bytes': '102400',
  'socket.receive.buffer.bytes': '102400',
  'socket.request.max.bytes': '104857600',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  'log.cleaner.dedupe.buffer.size': '8388608',
  'log.cleaner.threads': '1',
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
};

const SEVERAL_NODES: Readonly<Record<string, string>> = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'controller.quorum.election.timeout.ms': '1000',
  'controller.quorum.fetch.timeout.ms': '2000',
  'replica.lag.time.max.ms': '3000',
};

/** The text of the node's `server.properties`. */
export function serverProperties(plan: NodePlan): string {
  const { id, ports, controllers, folder, keyFile } = plan;
  const replicas = String(controllers.length);
  const inSync = controllers.length > 1 ? '2' : '1';
  const clients = [`PLAIN://127.0.0.1:${ports.plain}`];
  if (keyFile) clients.push(`SASL://127.0.0.1:${ports.sasl}`, `TLS://127.0.0.1:${ports.tls}`);
  const settings = {
    ...SMALL_AND_QUICK,
    ...(controllers.length > 1 && SEVERAL_NODES),
    'node.id': String(id),
    listeners: [...clients, `CONTROLLER://127.0.0.1:${ports.controller}`].join(','),
    'advertised.listeners': clients.join(','),
    'controller.quorum.voters': controllers.map((one) => `${one.id}@127.0.0.1:${one.port}`).join(','),
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    ...(keyFile && secureListeners(keyFile)),
    ...plan.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function secureListeners(keyFile: string): Record<string, string> {
  const { username, password } = KAFKA_USERS.PLAIN;
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': plain,
    'listener.name.tls.plain.sasl.jaas.config': plain,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.tls.scram-sha-512.sasl.jaas.config': scram,
    'listener.name.tls.ssl.keystore.type': 'PEM',
    'listener.name.tls.ssl.keystore.location': keyFile,
  };
}

/** Lines of warnings and errors to standard output; the name of the file tells Kafka 3 from Kafka 4. */
export const LOG_SETTINGS = {
  'log4j.properties': `log4j.rootLogger=WARN,A
log4j.appender.A=org.apache.log4j.ConsoleAppender
log4j.appender.A.layout=org.apache.log4j.PatternLayout
log4j.appender.A.layout.ConversionPattern=[%d] %p %m (%c)%n
`,
  'log4j2.properties': `status=error
rootLogger.level=warn
rootLogger.appenderRefs=a
rootLogger.appenderRef.a.ref=A
appenders=a
appender.a.type=Console
appender.a.name=A
appender.a.layout.type=PatternLayout
appender.a.layout.pattern=[%d] %p %m (%c)%n
`,
} as const;
