import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namCore, namCoreInline } from '../../src/engine/nam-core/engine.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { target, worstDifference } from './planar-neon-counts.ts';

const folder = 'test/fixtures/counted-models';

/** The shapes whose passes the engines write frame by frame. */
const files = readdirSync(folder).filter((name) =>
  /film|gated|convnet|lstm-1x8|head1x1/.test(name),
);

const a53 = target('aarch64', 'cortex-a53');
const m7 = target('thumb2-vfp', 'cortex-m7');

test('gates, FiLM, ConvNets and LSTMs sound as the reference on NEON and without vectors', () => {
  expect(files.length).toBeGreaterThan(5);
  for (const name of files) {
    const model = parseModel(readFileSync(`${folder}/${name}`, 'utf8'), name);
    const program = compile(slim(model, 'full').network);
    for (const engine of [namCore, namCoreInline]) {
      for (const on of [a53, m7]) {
        const lowered = engine.lower(program, on, { blockFrames: 16, tanh: 'fast' });
        const label = `${name} ${engine.id} ${on.tune}`;
        expect(worstDifference(program, lowered, 3), label).toBeLessThan(1e-5);
      }
    }
  }
});
