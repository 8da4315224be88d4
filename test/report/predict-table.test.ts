import { describe, expect, test } from 'vitest';
import { renderPredict } from '../../src/report/predict/table.ts';
import { widthOf } from '../../src/report/text/text-width.ts';
import type { PredictRow } from '../../src/study/predict/row.ts';
import { a2Rows, row, slimRows } from './prediction.ts';

const draw = (rows: readonly PredictRow[], columns: number, color = false, ascii = false): string =>
  renderPredict({ rows, skipped: [], warnings: [] }, { columns, color, ascii });
const lines = (text: string): string[] => text.split('\n');
/** The closing command may be longer than a narrow terminal: it must be copied whole. */
const table = (text: string): string[] => lines(text.slice(0, text.indexOf('\nNext:')));

describe('the matrix', () => {
  test('at 120 columns pedals are down and widths are across', () => {
    const text = draw(a2Rows(), 120, false, true);
    expect(text).toMatchInlineSnapshot(`
      "Surely runs, of 5 devices: lite once on 3 (probably on 1 more), twice on 3; full once on 2, twice on 2.

      a2  load of the audio core (where nine of ten such predictions lie), 48 kHz, once and twice, libm tanh

                                              lite (3 ch)                       full (8 ch)
      pedal              engine        block  1,871 weights                     12,146 weights                    confidence
      products
      mod-dwarf          neural-audio    128    38% (36-42)     fits  2x fits    110% (105-122)   over  2x over   estimated
      darkglass-anagram  neural-audio    128   7.1% (6.8-7.8)   fits  2x fits     21% (20-23)     fits  2x fits   estimated
      daisy-seed         neural-audio    128   143% (136-157)   over  2x over    415% (394-456)   over  2x over   estimated
      pi-5               neural-audio    128   0.5% (0.5-0.5)   fits  2x fits    1.4% (1.3-1.6)   fits  2x fits   estimated

      No published chip, or no .nam taken; what is known to run decides:
      closed-pedal  lite (3 ch) fits?, 2x unknown; full (8 ch) over, 2x over
          firmware 2.0 runs A2 lite natively

      Next: the nearest miss is full on MOD Dwarf (110%); see where its cycles go:
        pedalbench explain a2 --device mod-dwarf --width full
      "
    `);
  });

  test('at 60 columns every width has a line of its own', () => {
    const text = draw(a2Rows(), 60);
    expect(text).toContain('mod-dwarf  MOD Dwarf, estimated, neural-audio, 128 frames');
    expect(text).toMatch(/ {2}lite \(3 ch\) {2}.* 38% \(36-42\) +fits {2}2x fits\n/);
  });

  test('no line of the table is wider than the terminal, with every number of columns', () => {
    for (const rows of [a2Rows(), a2Rows(true), slimRows()]) {
      for (let columns = 60; columns <= 250; columns += 1) {
        for (const line of table(draw(rows, columns, true))) {
          expect(widthOf(line), `${columns} columns: ${line}`).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  test('two files of one name are told apart by their paths, in the answer and above the tables', () => {
    const of = (modelPath: string) => row({ model: 'amp', modelPath });
    const text = draw([of('mine/amp.nam'), of('yours/amp.nam'), row()], 120);
    for (const name of ['mine/amp.nam', 'yours/amp.nam', 'a2']) {
      expect(lines(text).filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
      expect(lines(text).filter((line) => line.startsWith(`${name}  load `))).toHaveLength(1);
    }
  });

  test('numbers keep their columns: every load of a width ends in the same column', () => {
    const rows = table(draw(a2Rows(), 140)).filter((line) => line.includes('estimated'));
    const ends = new Set(rows.map((line) => line.indexOf('%')));
    expect(rows.length).toBe(4);
    expect(ends.size).toBe(1);
  });

  test('without colour there are no escapes, and the words are the same', () => {
    for (const columns of [60, 100, 160, 250]) {
      const plain = draw(a2Rows(true), columns);
      expect(plain).not.toContain('\u001b');
      const stripped = draw(a2Rows(true), columns, true).replace(/\u001b\[\d+m/g, '');
      expect(stripped).toBe(plain);
    }
  });

  test('in ASCII mode every character is ASCII', () => {
    for (const columns of [60, 120, 200]) {
      expect(draw([...a2Rows(true), ...slimRows()], columns, false, true)).toMatch(/^[\n -~]*$/);
    }
  });

  test('the error-to-signal ratio stands beside the load, wide and narrow', () => {
    expect(draw(a2Rows(true), 160)).toContain('1,871 weights, ESR 0.012');
    expect(draw(a2Rows(true), 70)).toMatch(/38% \(36-42\) +fits {2}2x fits {2}ESR 0\.012/);
    expect(draw(a2Rows(true), 160)).toContain("as NAM's trainer defines it");
    expect(draw(a2Rows(false), 160)).not.toContain('ESR');
  });

  test('several blocks and engines of a pedal are lines below each other, its name once', () => {
    const rows = [16, 64].flatMap((blockFrames) =>
      ['nam-core', 'planar-neon'].map((engine) =>
        row({ blockFrames, engine, requestedEngine: 'all' }),
      ),
    );
    const text = draw(rows, 120);
    expect(text.match(/mod-dwarf {2}/g)?.length).toBe(1);
    for (const engine of ['nam-core ', 'planar-neon']) {
      expect(text.split(engine).length - 1).toBe(2);
    }
  });

  test('with auto a pedal has one line even where widths run on different engines', () => {
    const rows = [
      row({ width: 'lite', channels: [3], engine: 'nam-core-a2fast' }),
      row({ width: 'ch:5', channels: [5], engine: 'nam-core' }),
    ];
    const text = draw(rows, 140);
    expect(text).toContain('nam-core-a2fast, nam-core ');
    expect(table(text).filter((line) => line.startsWith('mod-dwarf')).length).toBe(1);
  });

  test('combinations that have no row are named with the reason and the fallback', () => {
    const text = renderPredict(
      {
        rows: [row()],
        skipped: [
          {
            model: 'a2',
            device: 'mod-dwarf',
            engine: 'nam-core-a2fast',
            width: 'ch:5',
            reason: 'only 3 and 8 channels',
            fallback: 'nam-core',
          },
        ],
        warnings: [],
      },
      { columns: 120, color: false, ascii: false },
    );
    expect(text).toContain(
      'no row for mod-dwarf ch:5: nam-core-a2fast: only 3 and 8 channels. The real library would use nam-core.',
    );
  });

  test('widths that were not trained say so', () => {
    const text = draw([row({ width: 'ch:5', channels: [5], whatIf: true })], 120);
    expect(text).toContain('ch:5 what-if');
    expect(text).toContain('the sound is not meant to be');
  });

  test('names of strangers cannot move the cursor', () => {
    const text = draw([row({ deviceName: '\u001b[2Jx', model: 'a\u0007' })], 120);
    expect(text).toContain('?[2Jx');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u0007');
  });
});

describe('the first line', () => {
  const first = (rows: readonly PredictRow[], only?: 'over' | 'sure'): string => {
    const result = { rows, skipped: [], warnings: [] };
    const style = { columns: 200, color: false, ascii: false };
    return lines(renderPredict(result, style, { only }))[0] ?? '';
  };

  test('says on how many devices which width runs, surely and probably, once and twice', () => {
    const loads = { a: 0.2, b: 0.4, c: 0.7 };
    const rows = Object.entries(loads).flatMap(([device, load]) =>
      [1, 2].map((copies) => row({ device, copies, load: load * copies })),
    );
    expect(first(rows)).toBe(
      'Surely runs, of 3 devices: full once on 3, twice on 1 (probably on 1 more).',
    );
  });

  test('counts what is shown where rows were left out, and no devices that they were of', () => {
    const rows = ['a', 'b'].map((device) => row({ device, load: 1.2 }));
    expect(first(rows, 'over')).toBe('Is over: full once on 2.');
    const fitting = ['a', 'b'].map((device) => row({ device, load: 0.2 }));
    expect(first(fitting, 'sure')).toBe('Surely runs: full once on 2.');
  });

  test('gives the numbers where there is one device', () => {
    expect(first([row(), row({ copies: 2, load: 0.82 })])).toBe(
      'On MOD Dwarf: full once 40% (38-44) fits, twice 82% (78-90) fits?.',
    );
  });
});

describe('long predictions', () => {
  const many = Array.from({ length: 80 }, (_, i) =>
    [1, 2].flatMap((copies) =>
      ['ch:3', 'ch:8'].map((width, w) =>
        row({
          device: `pedal-${i}`,
          copies,
          width,
          weights: 1000 * (w + 1),
          load: 0.3 * (w + 1) * copies,
        }),
      ),
    ),
  ).flat();

  test('are a line a device, with the widest that runs, unless all is asked for', () => {
    const text = draw(many, 120);
    expect(lines(text).length).toBeLessThan(95);
    expect(text).toMatch(/^pedal-7 .* ch:8 60% \(57-66\) +ch:3 60% \(57-66\) +estimated$/m);
    expect(text).toContain('--wide');
    const wide = renderPredict(
      { rows: many, skipped: [], warnings: [] },
      { columns: 80, color: false, ascii: false },
      { wide: true },
    );
    expect(lines(wide).length).toBeGreaterThan(150);
  });

  test('two profiles of one id are told apart by their files', () => {
    const text = draw(
      ['a.json', 'b.json'].map((devicePath, i) => row({ devicePath, load: 0.2 * (i + 1) })),
      120,
    );
    expect(text).toMatch(/^a\.json .*20%/m);
    expect(text).toMatch(/^b\.json .*40%/m);
  });
});

describe('the closing line', () => {
  const last = (rows: readonly PredictRow[]): string =>
    draw(rows, 120).trimEnd().split('\n').at(-1) ?? '';

  test('names the nearest miss where there is one', () => {
    expect(last(a2Rows())).toBe('  pedalbench explain a2 --device mod-dwarf --width full');
  });

  test('says which of two pedals of one name it is', () => {
    const other = row({ load: 0.2, device: 'mod-dwarf', devicePath: 'b.json' });
    const text = draw([row({ load: 1.2, device: 'mod-dwarf', devicePath: 'a.json' }), other], 120);
    expect(text).toContain('the nearest miss is full on a.json (120%)');
  });

  test('asks for more copies where everything fits', () => {
    expect(last([row({ load: 0.2 })])).toBe(
      '  pedalbench predict a2 --device mod-dwarf --copies 1,2,3,4',
    );
  });

  test('points to the evidence where nothing else is known', () => {
    expect(last([row({ load: null, engine: null })])).toBe('  pedalbench devices');
  });
});
