import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Certificates, makeCertificates } from './certificates.ts';
import { kafkaJars } from './kafka-jars.ts';
import { KAFKA_USERS, LOG_SETTINGS, type NodePlan, type NodePorts, serverProperties } from './kafka-settings.ts';
import { acceptsConnections, freePorts, type ServiceProcess, startService } from './service.ts';

const run = promisify(execFile);

const SMALL_JVM = [
  '-Xms96m',
  '-Xmx256m',
  '-Xss512k',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:MaxMetaspaceSize=128m',
  '-XX:ReservedCodeCacheSize=48m',
  '-XX:+ExitOnOutOfMemoryError',
];
const PORTS_PER_NODE = 4;

export interface KafkaOptions {
  /** Listeners with SASL and with TLS beside the plain one. */
  readonly secure?: boolean;
  /** over those of the harness */
  readonly settings?: Readonly<Record<string, string>>;
}

interface KafkaNode {
  /** host:port of the plain listener */
  readonly address: string;
  readonly signal: ServiceProcess['signal'];
  /** Starts it again after its end, with the data that it had; resolves when it serves. */
  restart(): Promise<void>;
}

export interface KafkaServers extends AsyncDisposable {
  /** host:port of the plain listeners, with commas */
  readonly address: string;
  readonly nodes: readonly KafkaNode[];
  /** of the first node */
  readonly secure: { readonly sasl: string; readonly tls: string; readonly ca: string } | undefined;
}

/** One node; what is stored three times elsewhere is stored once. */
export function startKafka(folder: string, options: KafkaOptions = {}): Promise<KafkaServers> {
  return startNodes(folder, 1, options);
}

/** Three nodes: topics may have three replicas and live with two. */
export function startKafkaCluster(folder: string, options: KafkaOptions = {}): Promise<KafkaServers> {
  return startNodes(folder, 3, options);
}

async function startNodes(folder: string, count: number, options: KafkaOptions): Promise<KafkaServers> {
  const jars = await kafkaJars();
  await mkdir(folder, { recursive: true });
  const certificates = options.secure ? await makeCertificates(path.join(folder, 'certificates')) : undefined;
  const plans = await planNodes(folder, count, { ...options, certificates });
  const clusterId = randomBytes(16).fill(1, 0, 1).toString('base64url');
  const nodes = plans.map((plan) => new Node(plan, jars));
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    await Promise.all(nodes.map((node) => node.format(clusterId)));
    await Promise.all(nodes.map((node) => node.restart()));
  } catch (error) {
    await stop();
    throw error;
  }
  const ports = plans[0]?.ports;
  return {
    address: nodes.map((node) => node.address).join(','),
    nodes,
    secure: certificates &&
      ports && { sasl: `127.0.0.1:${ports.sasl}`, tls: `127.0.0.1:${ports.tls}`, ca: certificates.ca },
    [Symbol.asyncDispose]: stop,
  };
}

async function planNodes(
  folder: string,
  count: number,
  options: KafkaOptions & { readonly certificates: Certificates | undefined },
): Promise<NodePlan[]> {
  const free = await freePorts(count * PORTS_PER_NODE);
  const ports = Array.from({ length: count }, (_, n): NodePorts => {
    const [plain = 0, controller = 0, sasl = 0, tls = 0] = free.slice(n * PORTS_PER_NODE);
    return { plain, controller, sasl, tls };
  });
  const controllers = ports.map(({ controller }, n) => ({ id: n + 1, port: controller }));
  return ports.map((own, n) => ({
    id: n + 1,
    ports: own,
    folder: path.join(folder, `node-${n + 1}`),
    keyFile: options.certificates?.keyFile,
    controllers,
    settings: options.settings ?? {},
  }));
}

class Node implements KafkaNode {
  readonly address: string;
  readonly #plan: NodePlan;
  readonly #java: readonly string[];
  #process: ServiceProcess | undefined;

  constructor(plan: NodePlan, jars: string) {
    this.#plan = plan;
    this.address = `127.0.0.1:${plan.ports.plain}`;
    const logging = [
      `-Dlog4j.configuration=file:${path.join(plan.folder, 'log4j.properties')}`,
      `-Dlog4j2.configurationFile=${path.join(plan.folder, 'log4j2.properties')}`,
    ];
    this.#java = [...SMALL_JVM, ...logging, '-cp', `${jars}/*`];
  }

  async format(clusterId: string): Promise<void> {
    const { folder, keyFile } = this.#plan;
    if (existsSync(path.join(folder, 'data'))) return;
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'server.properties'), serverProperties(this.#plan));
    for (const [name, text] of Object.entries(LOG_SETTINGS)) await writeFile(path.join(folder, name), text);
    const { username, password } = KAFKA_USERS['SCRAM-SHA-512'];
    const users = keyFile ? ['--add-scram', `SCRAM-SHA-512=[name=${username},password=${password}]`] : [];
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties', ...users];
    await run('java', [...this.#java, ...format], { cwd: folder });
  }

  async restart(): Promise<void> {
    const { folder, ports, id } = this.#plan;
    this.#process = await startService({
      name: `Kafka node ${id}`,
      command: ['java', ...this.#java, 'kafka.Kafka', 'server.properties'],
      folder,
      logFile: path.join(folder, 'server.log'),
      isReady: () => acceptsConnections(ports.plain),
    });
  }

  async signal(name: Parameters<ServiceProcess['signal']>[0]): Promise<void> {
    await this.#process?.signal(name);
  }

  async stop(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
  }
}
