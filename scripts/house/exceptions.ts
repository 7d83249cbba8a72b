/** Where the house breaks its rules, with the figures of today. They may only shrink: scripts/house.ts refuses more. */
export const exceptions = {
  /** files in a folder */
  folders: {},
  /** collaborators of an exported function or constructor */
  collaborators: {},
  /** imports of modules in a file of an engine */
  moduleImports: {},
};
