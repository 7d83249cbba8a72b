import type { Clock } from '../../ports/clock.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Hub } from '../rooms/hub.ts';
import type { Entrance } from './entitlement.ts';
import type { FrameTable } from './frame.ts';

/** What every session works on: the same object for all connections of a gateway. */
export interface DoorParts {
  readonly hub: Hub;
  readonly frames: FrameTable;
  readonly entrance: Entrance;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** this gateway, as clients see it */
  readonly node: string;
}
