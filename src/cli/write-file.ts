/** Writes a text whole or not at all: what was there stays until the new text is complete. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';

export const writeWhole = (path: string, text: string): void => {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
};
