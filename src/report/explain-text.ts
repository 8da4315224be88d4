/** `explain`: why a prediction costs what it does, where its cycles go, what limits each part; and what differs between two. */
import type { Account, AccountPart } from '../study/explain/account.ts';
import type {
  Difference,
  Explanation,
  ExplanationDiff,
  KernelAccount,
} from '../study/explain/explain.ts';
import type { FigureInUse } from '../study/explain/model-figures.ts';
import type { PredictRow } from '../study/predict/row.ts';
import { percent, short } from '../units/number-text.ts';
import type { Tone } from './chart/svg.ts';
import { kernelNames } from './kernel-name.ts';
import { rowVerdict } from './predict/verdict-text.ts';
import { bar } from './text/bar.ts';
import { blocksText, inked, nextCommand, section } from './text/blocks.ts';
import { left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, padEnd, padStart, printable, widthOf, wrap } from './text/text-width.ts';

type Look = Readonly<{ word: string; short: string; tone: Tone }>;

/** What takes cycles: in words, in few words, and in a chart. */
export const limits: Readonly<Record<AccountPart, Look>> = {
  arithmetic: { word: 'floating-point units', short: 'floating point', tone: 'plain' },
  loadStore: { word: 'load and store ports', short: 'load and store', tone: 'good' },
  latency: { word: 'waiting for results', short: 'waiting', tone: 'near' },
  frontEnd: { word: 'issue and integer work', short: 'issue, integer', tone: 'other' },
  mispredict: { word: 'mispredicted branches', short: 'mispredicted', tone: 'bad' },
  calls: { word: 'library calls', short: 'library calls', tone: 'bad' },
  memory: { word: 'memory stalls', short: 'memory', tone: 'muted' },
};

export const tidy = (value: number): string =>
  Math.abs(value) < 99.95 ? value.toFixed(1) : short(Math.round(value));

type Row = Readonly<{ name: string; cycles: number; share: number; words: string }>;

/** Name, cycles a sample, share with a bar, and words. */
export const accountTable = (rows: readonly Row[], style: Style, longest = 30): string[] => {
  const names = Math.min(longest, Math.max(...rows.map((row) => widthOf(printable(row.name)))));
  const cycles = Math.max(...rows.map((row) => tidy(row.cycles).length));
  const cells = Math.max(6, Math.min(24, style.columns - names - cycles - 34));
  return rows.map((row) => {
    const line = [
      padEnd(clip(printable(row.name), names, style.ascii), names),
      padStart(tidy(row.cycles), cycles),
      `${paint(style, 'cyan', bar(row.share, cells, style.ascii))} ${padStart(percent(row.share), 5)}`,
    ].join('  ');
    const room = style.columns - widthOf(line) - 2;
    const words = room >= 12 ? `  ${paint(style, 'dim', clip(row.words, room, style.ascii))}` : '';
    return `${line}${words}`.trimEnd();
  });
};

const rowOf = (account: Account, name = account.name): Row => ({
  name,
  cycles: account.cyclesPerSample,
  share: account.share,
  words: limits[account.limitedBy].word,
});

const rowsOf = (accounts: readonly Account[]): Row[] => accounts.map((one) => rowOf(one));

/** The largest first. */
export const bySize = <T extends Account>(accounts: readonly T[]): T[] =>
  [...accounts].sort((a, b) => b.cyclesPerSample - a.cyclesPerSample);

/** By cause; stalls also by the memory that they wait for. */
export const partsRows = (
  { parts, memory, cyclesPerSample: total }: Account,
  named: 'word' | 'short' = 'word',
): (Row & { readonly part: AccountPart })[] => {
  const stalls = Object.entries(memory).filter(([, stall]) => stall > 0);
  const words = stalls.map(([level, stall]) => `${level} ${tidy(stall)}`).join(', ');
  return (Object.entries(parts) as [AccountPart, number][])
    .filter(([, cycles]) => cycles > 0)
    .map(([part, cycles]) => ({
      ...{ part, name: limits[part][named], cycles },
      share: total === 0 ? 0 : cycles / total,
      words: part === 'memory' ? words : '',
    }))
    .sort((a, b) => b.cycles - a.cycles);
};

const kernelLines = (kernel: KernelAccount, name: string, style: Style): string[] => {
  const longest = Math.max(24, Math.min(48, style.columns - 38));
  const mix = Object.entries(kernel.mix)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${name} ${tidy(count)}`)
    .join(', ');
  // What it would take without one limit, where that is less.
  const shorter = (Object.entries(kernel.without ?? {}) as [AccountPart, number][])
    .filter(([, cycles]) => cycles < kernel.cyclesPerSample * 0.98)
    .map(([limit, cycles]) => `${tidy(cycles)} without ${limits[limit].word}`);
  const words = [
    `${tidy(kernel.instructionsPerSample)} instructions a sample: ${mix === '' ? 'none' : mix}`,
    ...(shorter.length === 0 ? [] : [`it would take ${shorter.join(', ')}`]),
  ];
  return [
    ...accountTable([rowOf(kernel, name)], style, longest),
    ...words.flatMap((text) =>
      wrap(text, style.columns - 4).map((part) => `    ${paint(style, 'dim', part)}`),
    ),
  ];
};

/** What no profile states, with what it may be and the cycles that move with it. */
const figureText = (figure: FigureInUse): string => {
  const { name, value, low, high, kind, moves, cyclesPerSample } = figure;
  const range = `${short(value)} (${short(low)} to ${short(high)})`;
  return `${name}: ${range}, ${kind}; moves ${limits[moves].word}, ${tidy(cyclesPerSample)} cycles a sample`;
};

/** Why a cost is what it is, a sentence an item. */
export const reasonLines = (reasons: readonly string[], style: Style): string[] =>
  reasons.flatMap((reason) => wrap(printable(reason), style.columns, '- ', '  '));

/** The dearest first. */
export const kernelsLines = (kernels: readonly KernelAccount[], style: Style): string[] => {
  const nameOf = kernelNames(kernels.map(({ name }) => name));
  return bySize(kernels).flatMap((kernel) => kernelLines(kernel, nameOf(kernel.name), style));
};

/** What it costs, where nine of ten such predictions lie, and how much of a core that is. */
export const costText = ({ total }: Explanation, row: PredictRow): string => {
  const { best = 0, low = 0, high = 0, worst = 0 } = row.cyclesPerSample ?? {};
  const range = `nine of ten such predictions hold ${tidy(low)} to ${tidy(high)}; ${tidy(best)} at best, ${tidy(worst)} at worst`;
  const chance = row.chance === null ? '' : `, chance ${percent(row.chance)}`;
  return `${tidy(total.cyclesPerSample)} cycles a sample (${range}), ${tidy(total.instructionsPerSample)} instructions, load ${rowVerdict(row)}${chance}`;
};

/** First why, then where. `asked`: model and device as the next command has to name them. */
export const renderExplain = (
  explanation: Explanation,
  row: PredictRow,
  style: Style,
  asked: Pick<PredictRow, 'model' | 'device'>,
): string => {
  const { total, kinds, layers, kernels, figures } = explanation;
  const [model, width] = [printable(row.model), printable(row.width.label)];
  const subject = `${model} ${width} on ${printable(row.deviceName)}, ${row.engine}, ${row.core}, blocks of ${row.blockFrames}`;
  const titled = (title: string, rows: readonly Row[]): string[] =>
    section(style, title, accountTable(rows, style));
  const open = figures.map(figureText);
  const stated = 'Figures that it hangs on and that no profile states';
  return blocksText(
    [...inked(style, 'bold', subject), ...wrap(costText(explanation, row), style.columns)],
    section(style, 'Why', reasonLines(row.reasons, style)),
    titled('What limits it', partsRows(total)),
    titled('Kinds of work', rowsOf(bySize(kinds))),
    titled('Layers, in the order in which they run', rowsOf(layers)),
    open.length === 0 ? [] : [...inked(style, 'bold', stated), ...reasonLines(open, style)],
    section(style, 'Kernels', kernelsLines(kernels, style)),
    nextCommand(
      style,
      'the same with every engine and several block sizes',
      `predict ${printable(asked.model)} --device ${printable(asked.device)} --width ${width} --engine all --block 16,64,256`,
    ),
  );
};

const signed = (value: number): string => `${value > 0 ? '+' : ''}${tidy(value)}`;

/** Lines below this share of the larger total are summed up. */
const smallShare = 0.002;

/** The large ones, and the others in one line. */
const shortened = (differences: readonly Difference[], total: Difference) => {
  const least = Math.max(total.a, total.b) * smallShare;
  const large = differences.filter(({ delta }) => Math.abs(delta) >= least);
  const rest = differences.filter(({ delta }) => Math.abs(delta) < least);
  const sum = (of: 'a' | 'b' | 'delta'): number => rest.reduce((all, one) => all + one[of], 0);
  const more = { name: `${rest.length} more`, a: sum('a'), b: sum('b'), delta: sum('delta') };
  return rest.length === 0 ? large : [...large, more];
};

export const renderExplainDiff = (
  diff: ExplanationDiff,
  nameA: string,
  nameB: string,
  style: Style,
): string => {
  const most = Math.max(16, style.columns - 44);
  const kernelOf = kernelNames(diff.kernels.map(({ name }) => name));
  const table = (title: string, differences: readonly Difference[]): string[] =>
    textTable(shortened(differences, diff.total), { ...style, ink: 'bold' }, [
      left(title, ({ name }) =>
        clip(title === 'kernel' ? kernelOf(name) : printable(name), most, style.ascii),
      ),
      right('A', ({ a }) => tidy(a)),
      right('B', ({ b }) => tidy(b)),
      right('B - A', ({ delta }) => paint(style, delta > 0 ? 'red' : 'green', signed(delta))),
      right('change', ({ a, b }) => (a > 0 ? `${signed((b / a - 1) * 100)} %` : 'new')),
    ]);
  const sides = [`A: ${printable(nameA)}`, `B: ${printable(nameB)}`];
  return blocksText(
    [...sides, 'Cycles a sample; each part adds up to the total.'],
    table('total', [diff.total]),
    table('kind of work', diff.kinds),
    table('layer', diff.layers),
    table('kernel', diff.kernels),
  );
};
