/**
 * Writes `schemas/`. Run: npx tsx tools/generate-schemas.ts (with --check it only says which files
 * differ, and fails).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inputSchemas, outputSchemas } from './schema-files.ts';

const folder = join(import.meta.dirname, '../schemas');

for (const { path, text } of [...inputSchemas(), ...outputSchemas()]) {
  const full = join(folder, path);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  } else if (!existsSync(full) || readFileSync(full, 'utf8') !== text) {
    process.stderr.write(`${full} is not up to date: npx tsx tools/generate-schemas.ts\n`);
    process.exitCode = 1;
  }
}
