import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = path.resolve(import.meta.dirname, '../../../../.cache/kafka');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const OTHERWISE = 'or set OVATION_TEST_KAFKA_BROKERS to the address of a broker that runs';
const NO_JAVA = `Kafka needs Java 17 or newer: install it (Debian: apt-get install openjdk-17-jre-headless), ${OTHERWISE}`;
const NO_MAVEN = `Kafka's jars are fetched by Maven: install it (Debian: apt-get install maven), ${OTHERWISE}`;

/** Whichever version the tests run against. */
export const KAFKA_VERSION = process.env['OVATION_TEST_KAFKA_VERSION'] || '4.1.2';

/**
 * The folder with Kafka's jars, fetched once and kept below `.cache` of the repository.
 * @throws Error with one sentence when Java or Maven is missing or the jars cannot be fetched
 */
export async function kafkaJars(version = KAFKA_VERSION): Promise<string> {
  await checkProgram('java', NO_JAVA);
  const folder = path.join(CACHE, version);
  if (existsSync(folder)) return folder;
  await checkProgram('mvn', NO_MAVEN);
  await mkdir(CACHE, { recursive: true });
  // Moved into place when it is whole: a run that was ended in the middle leaves no half folder behind.
  const temporary = await mkdtemp(path.join(CACHE, 'fetching-'));
  try {
    await writeFile(path.join(temporary, 'pom.xml'), pomOf(version));
    await fetchJars(temporary, version);
    await rename(path.join(temporary, 'libs'), folder).catch((error: unknown) => {
      // Another run was faster.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function checkProgram(program: string, sentence: string): Promise<void> {
  try {
    await run(program, ['-version']);
  } catch (cause) {
    throw new Error(sentence, { cause });
  }
}

async function fetchJars(folder: string, version: string): Promise<void> {
  const copy = ['-q', '-B', COPY, '-DincludeScope=runtime', '-DoutputDirectory=libs'];
  try {
    // What an earlier run has fetched is in the repository of this machine: no network is needed.
    await run('mvn', ['-o', ...copy], { cwd: folder });
  } catch {
    try {
      await run('mvn', copy, { cwd: folder });
    } catch (cause) {
      throw new Error(`Maven could not fetch the jars of Kafka ${version}`, { cause });
    }
  }
}

function pomOf(version: string): string {
  // Since 4.0 Kafka logs by log4j 2.
  const logging = version.startsWith('3.')
    ? [dependency('org.slf4j', 'slf4j-reload4j', '1.7.36')]
    : ['log4j-slf4j-impl', 'log4j-1.2-api'].map((name) => dependency('org.apache.logging.log4j', name, '2.25.3'));
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka-test-broker</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${[dependency('org.apache.kafka', 'kafka_2.13', version), ...logging].join('\n')}
</dependencies></project>
`;
}

function dependency(group: string, artifact: string, version: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
}
