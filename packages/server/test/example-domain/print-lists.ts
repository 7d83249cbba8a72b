// Prints what the lists of this process say, as JSON. Run with `--import register.ts`.
import { ERRORS, topicSpecs } from '@ovation/protocol';
import { listedFeedKinds, listedFrames } from '../support/listed-doors.ts';
import { permissionMatrix } from '../support/permission-matrix.ts';
import { modules } from '../../src/modules/index.ts';

const routes = (await Promise.all(modules.map(async (module) => (await module.routes?.()) ?? []))).flat();
console.log(
  JSON.stringify({
    errors: Object.values(ERRORS).map(({ code }) => code),
    topics: topicSpecs('embedded').map(({ name }) => name),
    frames: listedFrames.ops,
    feeds: listedFeedKinds.map(({ prefix }) => prefix),
    // The fuzz test of HTTP asks for a generator for each of these.
    permissions: permissionMatrix(routes).map((row) => row.join(' ')),
  }),
);
