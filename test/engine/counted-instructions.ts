/** Lowered blocks against the instructions that were counted in the compiled libraries. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { engines } from '../../src/engine/registry.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import {
  type ComparedRow,
  compareInstructionCounts,
  type InstructionCountsFile,
  parseInstructionCounts,
} from '../../tools/instruction-counts.ts';

const root = resolve(import.meta.dirname, '../..');

export const readCounts = (
  file: 'instruction-counts' | 'instruction-counts-shapes',
): InstructionCountsFile => {
  const path = `data/${file}.json`;
  return parseInstructionCounts(JSON.parse(readFileSync(resolve(root, path), 'utf8')), path);
};

const modelOf = (id: string) => {
  const counted = resolve(root, `test/fixtures/counted-models/${id}.nam`);
  const path = existsSync(counted) ? counted : resolve(root, `models/${id}.nam`);
  return parseModel(readFileSync(path, 'utf8'), path);
};

export const compareRows = (file: InstructionCountsFile): readonly ComparedRow[] => {
  const cores = openWorkbench({ cwd: root }).cores;
  return compareInstructionCounts(file, { engines, coreOf: (id) => cores.find(id), modelOf });
};

/** 'nam-core cortex-a53 a1-nano 64 fast: counted 4000, ours 4100 (2.5 %); int 1800/1500'. */
export const lineOf = (row: ComparedRow): string => {
  const off = row.classes.map((c) => `${c.name} ${c.ours.toFixed(0)}/${c.counted.toFixed(0)}`);
  return `${row.label}: counted ${row.counted.toFixed(0)}, ours ${row.ours.toFixed(0)} (${row.errorPercent.toFixed(1)} %); ${off.join(', ')}`;
};
