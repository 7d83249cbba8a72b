import { type API, type Callback, kGetApi, Producer, type produceV11 } from '@platformatic/kafka';

type ProduceApi = typeof produceV11.api;

/**
 * A producer that also says when the broker appended: the answer of the broker has it, and `send` leaves it out. It holds
 * for callers that have one send under way per partition.
 */
export class StampedProducer extends Producer {
  /** topic and partition → append time of the last batch, ms */
  readonly #times = new Map<string, number>();

  lastAppendedAt(topic: string, partition: number): number {
    return this.#times.get(keyOf(topic, partition)) ?? Number.NaN;
  }

  override [kGetApi]<Request extends unknown[], Answer>(name: string, callback: Callback<API<Request, Answer>>): void {
    if (name !== 'Produce') return super[kGetApi](name, callback);
    super[kGetApi]<Request, Answer>(name, (error, api) => {
      // By this name the client gives its API for appending, in whichever version the broker speaks.
      const listening = api && this.#listening(api as unknown as ProduceApi);
      callback(error, listening as unknown as API<Request, Answer> | undefined);
    });
  }

  #listening(api: ProduceApi): ProduceApi {
    const listening = (...args: Parameters<ProduceApi>) => {
      const answer = args.at(-1);
      if (typeof answer !== 'function') return api(...args);
      const [connection, acks, timeout, messages, options] = args;
      api(connection, acks, timeout, messages, options, (error, response) => {
        // With an error there is none, or null.
        if (response && typeof response === 'object') this.#remember(response.responses);
        answer(error, response);
      });
    };
    return Object.assign(listening, { async: api.async, key: api.key, version: api.version });
  }

  #remember(topics: readonly { readonly name: string; readonly partitionResponses: readonly Stamped[] }[]): void {
    for (const { name, partitionResponses } of topics) {
      for (const { index, logAppendTimeMs } of partitionResponses) {
        this.#times.set(keyOf(name, index), Number(logAppendTimeMs));
      }
    }
  }
}

interface Stamped {
  readonly index: number;
  readonly logAppendTimeMs: bigint;
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
