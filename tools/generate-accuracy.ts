/** Writes `ACCURACY.md`. Run: npx tsx tools/generate-accuracy.ts (with --check it only compares, and fails). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { accuracyFile, accuracyText } from './accuracy.ts';

const text = accuracyText();
if (process.argv.includes('--check')) {
  const known = existsSync(accuracyFile) ? readFileSync(accuracyFile, 'utf8') : '';
  if (known !== text) {
    console.error('ACCURACY.md differs. Run: npx tsx tools/generate-accuracy.ts');
    process.exitCode = 1;
  }
} else {
  writeFileSync(accuracyFile, text);
}
