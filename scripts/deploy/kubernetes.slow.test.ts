import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readYaml, root, runTool, toolAt } from './tools.ts';

/** Of Kubernetes itself; the kinds of Strimzi and Istio have schemas of their own. */
const PLAIN = ['config', 'secrets.example', 'server-a', 'server-b', 'generator', 'frontend', 'network-policies'];
const fileOf = (name: string) => `deploy/kubernetes/${name}.yaml`;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // Each kind has another one; tests name what they want of it.
  readonly spec: Readonly<Record<string, never>>;
  readonly data?: Readonly<Record<string, string>>;
}

const manifests = (name: string) => readYaml<Manifest[]>(fileOf(name));
const specOf = (name: string, kind: string): unknown => manifests(name).find((one) => one.kind === kind)?.spec;

/** Of the one container of a Deployment. */
const deploymentOf = (resources: object, replicas: number) => ({
  replicas,
  template: { spec: { containers: [expect.objectContaining({ resources })] } },
});

describe.skipIf(!toolAt('kubernetes-validate'))('the manifests (kubernetes-validate, by pip)', () => {
  it.each(PLAIN)('%s follow the schema of Kubernetes', (name) => {
    expect(runTool('kubernetes-validate', ['--strict', '-k', '1.36', fileOf(name)])).toMatchObject({ code: 0 });
  });

  it('would be refused with a word that Kubernetes does not know', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ovation-kubernetes-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const wrong = path.join(folder, 'wrong.yaml');
    writeFileSync(wrong, readFileSync(path.join(root, fileOf('server-b')), 'utf8').replace('replicas:', 'replica:'));
    expect(runTool('kubernetes-validate', ['--strict', '-k', '1.36', wrong])).not.toMatchObject({ code: 0 });
  });

  it('run Server B three times, behind a load balancer, two to ten by CPU (S0-45)', () => {
    const resources = { requests: { memory: '256Mi', cpu: '250m' }, limits: { memory: '512Mi', cpu: '500m' } };
    expect(specOf('server-b', 'Deployment')).toMatchObject(deploymentOf(resources, 3));
    expect(specOf('server-b', 'Service')).toMatchObject({
      type: 'LoadBalancer',
      ports: [expect.objectContaining({ port: 80, targetPort: 3001 })],
    });
    expect(specOf('server-b', 'HorizontalPodAutoscaler')).toMatchObject({
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    });
  });

  it('scale gateways by CPU, memory and connections, whose metric exists (S2-04)', () => {
    const metric = 'websocket_connections_active';
    expect(specOf('server-a', 'HorizontalPodAutoscaler')).toMatchObject({
      metrics: [
        { resource: { name: 'cpu' } },
        { resource: { name: 'memory' } },
        { pods: { metric: { name: metric } } },
      ],
    });
    expect(readFileSync(path.join(root, 'docs/reference/metrics.md'), 'utf8')).toContain(`\`${metric}\``);
  });

  it('run three generators, three Kafka nodes, network policies, secrets and Istio (S2-45)', () => {
    const resources = { requests: { memory: '128Mi', cpu: '100m' }, limits: { memory: '256Mi', cpu: '200m' } };
    expect(specOf('generator', 'Deployment')).toMatchObject(deploymentOf(resources, 3));
    expect(specOf('strimzi-kafka', 'KafkaNodePool')).toMatchObject({ replicas: 3, roles: ['controller', 'broker'] });
    expect(specOf('strimzi-kafka', 'Kafka')).toMatchObject({
      kafka: { config: { 'default.replication.factor': 3, 'min.insync.replicas': 2 } },
    });
    const policies = manifests('network-policies').map(({ kind, metadata }) => [kind, metadata.name]);
    expect(policies).toContainEqual(['NetworkPolicy', 'nothing-else']);
    expect(manifests('secrets.example').map(({ kind }) => kind)).toEqual(['Secret']);
    expect(manifests('istio').map(({ kind }) => kind)).toEqual(['Gateway', 'VirtualService', 'DestinationRule']);
    const workflow = readFileSync(path.join(root, '.github/workflows/deploy.yaml'), 'utf8');
    expect(workflow).toMatch(/branches: \[main\]/);
    expect(workflow).toMatch(/trivy/);
  });

  it('make 128 partitions, so that up to 128 analyzers share the work (S2-02)', () => {
    const [, config] = manifests('config');
    expect(config?.data).toMatchObject({ OVATION_KAFKA_PARTITIONS: '128', OVATION_KAFKA_REPLICATION: '3' });
  });
});
