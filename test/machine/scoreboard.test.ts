/** The scoreboard as it is compiled: it stays within its memory. */
import { expect, test } from 'vitest';
import { parametersOf } from '../../src/machine/pipeline/core-parameters.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import { Scoreboard, theScoreboard, wordsOf } from '../../src/machine/pipeline/scoreboard.ts';
import { compileModule } from '../../tools/compile-modules.ts';
import { someCores, templatesFor } from './a2-templates.ts';

test('with every access checked it finds the same cycles, in any order', () => {
  const checked = new Scoreboard(compileModule('scoreboard', { checked: true }));
  let compared = 0;
  for (const core of someCores) {
    for (const template of templatesFor(core)) {
      const { prepared } = readTemplate(template);
      const corners = parametersOf(core);
      for (const end of [corners.worst, corners.best, corners.expected].map(wordsOf)) {
        const other = theScoreboard().simulate(prepared, end);
        expect(checked.simulate(prepared, end), `${template.name} on ${core.id}`).toEqual(other);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(500);
});
