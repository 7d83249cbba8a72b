import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of a process. Each part declares its own beside its code; docs/reference/metrics.md lists them. */
export class Metrics {
  readonly registry = new Registry();
  /** shared by all parts */
  readonly errors = this.counter('errors_total', 'Errors that were caught, by part', ['part']);

  counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param buckets upper bounds, in the unit that the name says */
  histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

export function createMetrics(): Metrics {
  return new Metrics();
}

/**
 * Declares the metrics of a part.
 * @returns a function that answers them for the metrics of a process. Its first call registers them: call it when the part
 *   is made, so that a scrape shows them from the start
 */
export function declareMetrics<Declared>(declare: (metrics: Metrics) => Declared): (metrics: Metrics) => Declared {
  const known = new WeakMap<Metrics, Declared>();
  return (metrics) => {
    let declared = known.get(metrics);
    if (declared === undefined) known.set(metrics, (declared = declare(metrics)));
    return declared;
  };
}
