/**
 * Pedalbench without files: the same verbs on data that the caller brings. Bundles for a browser, reaches no
 * part of Node, and gives the same digits.
 */
import { dataFiles, type WorkbenchData } from './workbench/data-files.ts';
import { checkOptions, required } from './workbench/options.ts';
import { Workbench } from './workbench/workbench.ts';

export * from './library.ts';

/**
 * A workbench on data in memory.
 * @param data documents by path, as the package has them: `devices/mod-dwarf.json`, `cores/cortex-a35.json`, `models/a2.nam`
 * @example
 * const workbench = openWorkbench({ documents: new Map([['models/my.nam', text]]), packaged: profiles });
 * const { rows } = await predict(workbench, { model: 'my', device: 'mod-dwarf' });
 */
export const openWorkbench = (data: WorkbenchData): Workbench => {
  checkOptions('openWorkbench', data, ['documents', 'packaged', 'openAudio']);
  return new Workbench(
    dataFiles({ ...data, documents: required('openWorkbench', data.documents, 'documents') }),
  );
};
