import { setFlagsFromString } from 'node:v8';

/**
 * For processes that read large chat logs. V8 lets the space for new objects grow to 128 MB when much is allocated,
 * however little of it lives on: an import would hold that much garbage and be no faster.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
