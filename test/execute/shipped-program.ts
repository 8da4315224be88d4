import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseModel } from '../../src/nam/parse-model.ts';
import { selectWidths, slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';

/** A model of the package at its widest width, or at the one that is named. */
export const programOf = (id: string, width = '1'): Program => {
  const path = `models/${id}.nam`;
  const model = parseModel(readFileSync(join(import.meta.dirname, '../..', path), 'utf8'), path);
  const chosen = selectWidths(model, width).at(-1);
  if (chosen === undefined) throw new Error(`${id} has no width ${width}`);
  return compile(slim(model, chosen).network);
};
