/** What is compiled from AssemblyScript: it is what its source gives. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binaryFile, binaryPath, compileModule, moduleNames } from '../../tools/compile-modules.ts';

test.each(moduleNames)('the binary of %s is what the source compiles to', (name) => {
  expect(readFileSync(binaryPath(name), 'utf8')).toBe(binaryFile(name, compileModule(name)));
});
