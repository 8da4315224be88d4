/**
 * Pedalbench as a library: open a workbench and hand it to the verbs, which take names or objects and return
 * data. Needs files for what is named, and neither a terminal nor workers. The matchers are in
 * `pedalbench/vitest`.
 */

export * from './library.ts';
export { openWorkbench } from './workbench/open-workbench.ts';
