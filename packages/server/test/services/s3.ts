import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BlobService } from '../../src/config/services.ts';
import { acceptsConnections, freePorts, startService } from './service.ts';

const run = promisify(execFile);

const VERSION = '2.9.0';
const CACHE = path.resolve(import.meta.dirname, '../../../../.cache/s3proxy');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const OTHERWISE = 'or set OVATION_TEST_S3_URL to http://key:secret@host:port of a store that runs';
const ACCESS = { key: 'ovation-test', secret: 'ovation-test-secret' } as const;

/** S3Proxy, which checks signatures and keeps objects in memory. @throws Error with one sentence when it cannot be had */
export async function startS3(folder: string): Promise<AsyncDisposable & { readonly address: string }> {
  const jars = await proxyJars();
  await mkdir(folder, { recursive: true });
  const [port = 0] = await freePorts(1);
  const settings = path.join(folder, 's3proxy.conf');
  await writeFile(
    settings,
    [
      `s3proxy.endpoint=http://127.0.0.1:${port}`,
      's3proxy.authorization=aws-v2-or-v4',
      `s3proxy.identity=${ACCESS.key}`,
      `s3proxy.credential=${ACCESS.secret}`,
      // It does not check the checksums that the client sends; signatures cover the content.
      's3proxy.ignore-unknown-headers=true',
      'jclouds.provider=transient',
      'jclouds.identity=none',
      'jclouds.credential=none',
      '',
    ].join('\n'),
  );
  const logging = path.join(folder, 'logback.xml');
  // It logs every buffer that it reads unless it is told not to.
  await writeFile(logging, '<configuration><root level="WARN" /></configuration>\n');
  const memory = ['-Xms64m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const service = await startService({
    name: 'S3Proxy',
    command: [
      'java',
      ...memory,
      `-Dlogback.configurationFile=${logging}`,
      '-cp',
      path.join(jars, '*'),
      'org.gaul.s3proxy.Main',
      '--properties',
      settings,
    ],
    folder,
    logFile: path.join(folder, 's3proxy.log'),
    isReady: () => acceptsConnections(port),
  });
  const address = `http://${ACCESS.key}:${ACCESS.secret}@127.0.0.1:${port}`;
  return { address, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

export function isOwnStore(address: string): boolean {
  return new URL(address).username === ACCESS.key;
}

/** @param address http://key:secret@host:port */
export function blobServiceOf(address: string, bucket: string): BlobService {
  const url = new URL(address);
  return {
    endpoint: url.origin,
    region: 'us-east-1',
    bucket,
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  };
}

/** The folder with the jars, fetched once and kept below `.cache` of the repository. */
async function proxyJars(): Promise<string> {
  const folder = path.join(CACHE, VERSION);
  if (existsSync(folder)) return folder;
  await checkProgram(
    'java',
    `S3Proxy needs Java: install it (Debian: apt-get install openjdk-17-jre-headless), ${OTHERWISE}`,
  );
  await checkProgram(
    'mvn',
    `The jars of S3Proxy are fetched by Maven: install it (Debian: apt-get install maven), ${OTHERWISE}`,
  );
  await mkdir(CACHE, { recursive: true });
  // Moved into place when it is whole: a run that was ended in the middle leaves no half folder behind.
  const temporary = await mkdtemp(path.join(CACHE, 'fetching-'));
  try {
    await writeFile(path.join(temporary, 'pom.xml'), POM);
    await fetchJars(temporary);
    await rename(path.join(temporary, 'libs'), folder).catch((error: unknown) => {
      // Another run was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function fetchJars(folder: string): Promise<void> {
  const copy = ['-q', '-B', COPY, '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  try {
    // What an earlier run has fetched is in the repository of this machine: no network is needed.
    await run('mvn', ['-o', ...copy], { cwd: folder });
  } catch {
    await run('mvn', copy, { cwd: folder }).catch((cause: unknown) => {
      throw new Error(`Maven could not fetch the jars of S3Proxy ${VERSION}`, { cause });
    });
  }
}

async function checkProgram(program: string, sentence: string): Promise<void> {
  try {
    await run(program, ['-version']);
  } catch (cause) {
    throw new Error(sentence, { cause });
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>s3-test-store</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
<dependency><groupId>org.gaul</groupId><artifactId>s3proxy</artifactId><version>${VERSION}</version></dependency>
</dependencies>
</project>
`;
