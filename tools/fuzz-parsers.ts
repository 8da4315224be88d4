/**
 * Mutants of every kind of input, text or bytes, through the parsers, in this process: npx tsx tools/fuzz-parsers.ts COUNT [SEED].
 * A fault is what is thrown without a `code`, an undefined result, or a mutant that takes more than a second of a processor. Prints counts by kind,
 * and the first mutants of each fault as JSON; ends with 1 where there is one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WavReader } from '../src/audio/wav.ts';
import { type WavFormatName, wavFormats } from '../src/audio/wav-header.ts';
import { WavWriter } from '../src/audio/wav-writer.ts';
import type { Call } from '../src/cli/call.ts';
import { readPart } from '../src/cli/read-part.ts';
import { parseCore, parseProfile } from '../src/device/parse-profile.ts';
import { parseSetting, withSettings } from '../src/device/set-figures.ts';
import { parseModel } from '../src/nam/parse-model.ts';
import { selectWidths } from '../src/nam/widths.ts';
import { parseBudgets } from '../src/scenario/parse-budgets.ts';
import { parseScenario } from '../src/scenario/parse-scenario.ts';
import { isBenchmodelOutput, parseBenchmodel } from '../src/study/calibrate/benchmodel.ts';
import { parseBaseline } from '../src/study/check/baseline.ts';
import { joined, partOf } from '../src/study/parts/part.ts';
import { parseCases } from '../src/study/validate/cases.ts';
import { contentKey } from '../src/units/content-key.ts';
import { parseJsonText } from '../src/units/json-text.ts';
import { Random } from '../src/units/random.ts';
import { readJournal } from '../src/workers/sweep/journal.ts';

const root = resolve(import.meta.dirname, '..');
const textsIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));
const coded = (found: string): Error => Object.assign(new Error(found), { code: 'not-json' });

interface Kind {
  readonly name: string;
  readonly seeds: readonly string[];
  readonly parse: (text: string) => unknown;
}

const scratch = mkdtempSync(join(tmpdir(), 'pedalbench-mutants-'));
const scratchFile = join(scratch, 'mutant');

/** A byte a character, so that one mutator serves text and bytes. */
const wavOf = (format: string): string => {
  const writer = new WavWriter(scratchFile, 48_000, { format: format as WavFormatName });
  writer.write(Float32Array.from({ length: 300 }, (_, i) => (i % 50) / 50));
  writer.finish();
  return readFileSync(scratchFile, 'latin1');
};

/** Reads a file of sound to its end, or to more than any mutant holds. */
const readWav = (bytes: string): number => {
  writeFileSync(scratchFile, bytes, 'latin1');
  const reader = new WavReader(scratchFile, 'mix');
  try {
    const block = new Float32Array(4096);
    let frames = 0;
    for (let read = reader.read(block); read > 0; read = reader.read(block)) frames += read;
    return frames;
  } finally {
    reader.close();
  }
};

const benchmodelOutput = [
  ...['Fast tanh: enabled', 'Loading model models/A2.nam', 'Setting slimmable size to 0.3'],
  ...['Running benchmark', 'Finished', '96ms', '96.000ms', 'Fast tanh: disabled'],
  ...['Loading model wavenet_a1_standard.nam', 'Running benchmark', 'Finished', '192ms', '192,5ms'],
].join('\n');

const partOfRows = () => {
  const rows = [
    { model: 'a2', load: { expected: 0.2 } },
    { model: 'b', load: null },
  ];
  const rest = { schema: 'pedalbench.predict/1', tool: { name: 'pedalbench', version: '0.1.0' } };
  const part = partOf({ part: 1, of: 1 }, { models: 'x', profiles: 'y' }, rows, rest);
  return { ...rest, rows, part };
};
const { rows, ...restOfPart } = partOfRows();

const device = (id: string): string => readFileSync(join(root, `devices/${id}.json`), 'utf8');

const json = (text: string): unknown => parseJsonText(text, null, coded);
const container = parseModel(readFileSync(join(root, 'models/a2.nam'), 'utf8'), 'a2.nam');
const kinds: readonly Kind[] = [
  {
    name: 'model',
    seeds: textsIn('models', '.nam').filter((text) => text.length < 60_000),
    parse: (text) => parseModel(text, 'x.nam'),
  },
  {
    name: 'profile',
    seeds: textsIn('devices', '.json'),
    parse: (text) => parseProfile(json(text), 'x.json'),
  },
  {
    name: 'core',
    seeds: textsIn('cores', '.json'),
    parse: (text) => parseCore(json(text), 'x.json'),
  },
  {
    name: 'scenario',
    seeds: textsIn('scenarios', '.json'),
    parse: (text) => parseScenario(text, 'x.json', 'x'),
  },
  {
    name: 'budgets',
    seeds: [readFileSync(join(root, 'budgets.json'), 'utf8')],
    parse: (text) => parseBudgets(text, 'x.json'),
  },
  {
    name: 'baseline',
    seeds: [readFileSync(join(root, 'baseline.json'), 'utf8').slice(0, 20_000)],
    parse: (text) => parseBaseline(text, 'x.json'),
  },
  {
    name: 'measurements',
    seeds: textsIn('data', 'measurements.json'),
    parse: (text) => parseCases(json(text), 'x.json'),
  },
  { name: 'wav', seeds: Object.keys(wavFormats).map(wavOf), parse: readWav },
  {
    name: 'benchmodel',
    seeds: [benchmodelOutput],
    parse: (text) => isBenchmodelOutput(text) && parseBenchmodel(text, 'x.txt'),
  },
  {
    name: 'setting',
    seeds: ['clusters[0].clockHz=1.8e9', 'build.libc=glibc', 'chip.build.fastMath=true'],
    parse: (text) => {
      const profile = parseProfile(json(device('mod-dwarf')), 'x.json');
      return withSettings(profile, [parseSetting(text)]);
    },
  },
  {
    name: 'width',
    seeds: ['all', '0.5', 'ch:8', 'ch:16/8', 'lite'],
    parse: (text) => selectWidths(container, text, { whatIf: true }),
  },
  {
    name: 'journal',
    seeds: [
      [
        { schema: 'pedalbench.journal/2', sweep: 'y' },
        { result: rows[0], files: { 'a.wav': 'x' } },
      ]
        .map((value) => `${JSON.stringify({ key: contentKey(value), value })}\n`)
        .join(''),
    ],
    parse: (text) => {
      writeFileSync(scratchFile, text);
      return readJournal(scratchFile);
    },
  },
  {
    name: 'part',
    seeds: [
      JSON.stringify(partOfRows(), null, 2),
      [...rows, restOfPart].map((line) => JSON.stringify(line)).join('\n'),
    ],
    parse: (text) => {
      writeFileSync(scratchFile, text);
      // Of a call it asks for its path alone.
      const call = { path: (name: string) => name } as Call;
      return joined([readPart(call, scratchFile)]).flatMap((part) => [...part.rows()]);
    },
  },
];

/** What stands in the place of a value: of every type, at and beyond every limit, and names that objects have of their own. */
const oddities = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1e308',
    '-1e308',
    '5e-324',
    '4294967296',
    '9007199254740993',
    '0.5',
  ],
  ...['""', '"\\u0000"', '"\\u001b[31m"', '"::error::x"', '"constructor"', '"\\ud800"', '"1.3GHz"'],
  ...['[]', '{}', '[[]]', '{"toString":1}', '{"__proto__":{"x":1}}', '{"value":{}}', '[null]'],
];
const values = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|"(?:[^"\\]|\\.)*"|true|false|null/gi;

/** One of: a value or a key is another, a piece is gone, a piece stands twice, a byte is another. */
const mutate = (text: string, random: Random): string => {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const length = random.integer(1, 40);
  switch (random.integer(0, 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at + length) + text.slice(at);
    case 2:
      return text.slice(0, at) + String.fromCharCode(random.integer(0, 255)) + text.slice(at + 1);
    default: {
      values.lastIndex = at;
      const found = values.exec(text);
      if (found === null) return text.slice(0, at);
      const odd = oddities[random.integer(0, oddities.length - 1)] ?? '';
      return text.slice(0, found.index) + odd + text.slice(found.index + found[0].length);
    }
  }
};

const faultOf = (kind: Kind, text: string): string | null => {
  const started = process.cpuUsage();
  try {
    if (kind.parse(text) === undefined) return 'gave nothing';
  } catch (error) {
    const { code, message, stack } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string' || /^(ERR_|E[A-Z]+$)/.test(code)) return stack ?? String(error);
    if (/\[object |NaN/.test(message)) return `sentence: ${message.slice(0, 300)}`;
  }
  const { user, system } = process.cpuUsage(started);
  return user + system > 1e6 ? 'took longer than a second' : null;
};

const [count = 10_000, seed = 1] = process.argv.slice(2).map(Number);
const random = new Random(seed, 'mutants');
const tried = new Map<string, number>();
const faults = new Map<string, { count: number; first: string }>();
for (let i = 0; i < count; i += 1) {
  // In the bounds of the list.
  const kind = kinds[i % kinds.length] as Kind;
  let text = kind.seeds[random.integer(0, kind.seeds.length - 1)] ?? '';
  for (let more = random.integer(1, 3); more > 0; more -= 1) text = mutate(text, random);
  tried.set(kind.name, (tried.get(kind.name) ?? 0) + 1);
  const fault = faultOf(kind, text);
  if (fault === null) continue;
  const key = `${kind.name}: ${fault.split('\n').slice(0, 3).join(' | ')}`;
  const known = faults.get(key) ?? { count: 0, first: text };
  faults.set(key, { ...known, count: known.count + 1 });
}
rmSync(scratch, { recursive: true });
for (const [name, number] of tried) console.log(`${name}: ${number} mutants`);
for (const [key, { count: times, first }] of [...faults].slice(0, 20)) {
  console.log(`${times} x ${key}\n  ${JSON.stringify(first.slice(0, 400))}`);
}
console.log(`${count} mutants of seed ${seed}: ${faults.size} kinds of faults`);
process.exitCode = faults.size === 0 ? 0 : 1;
