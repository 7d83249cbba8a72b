/** The file of this module, in the folder `assets` or, while developing, below `src`. Named, or the bundler takes it for a file. */
const here: string = import.meta.url;

/** Where the page lies, with a slash at the end: `/`, or the path below which a proxy serves it. */
export const baseAddress = new URL(here.includes('/src/live/') ? '../../' : '../', here);
