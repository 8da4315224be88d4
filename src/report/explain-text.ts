/** `explain`: where the cycles of one prediction go, and what limits each part. */
import type { Account } from '../study/explain/account.ts';
import type { Explanation, KernelAccount } from '../study/explain/explain.ts';
import { bar } from './text/bar.ts';
import { percent, short } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { clip, padEnd, padStart, printable, widthOf } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

export interface ExplainHeading {
  readonly model: string;
  readonly width: string;
  readonly deviceName: string;
  readonly device: string;
  readonly engine: string;
  readonly core: string;
  readonly blockFrames: number;
  readonly load: number;
  readonly verdict: string;
  readonly reasons: readonly string[];
}

export const partWords: Readonly<Record<Account['limitedBy'], string>> = {
  arithmetic: 'floating-point units',
  loadStore: 'load and store ports',
  latency: 'waiting for results',
  frontEnd: 'issue and integer work',
  mispredict: 'mispredicted branches',
  calls: 'library calls',
  memory: 'memory stalls',
};

export const tidy = (value: number): string =>
  value >= 99.95 ? short(Math.round(value)) : value.toFixed(1);

interface Row {
  readonly name: string;
  readonly cycles: number;
  readonly share: number;
  readonly words: string;
}

/** Name, cycles a sample, share with a bar, and words. */
const accountTable = (rows: readonly Row[], style: Style, longest = 30): string[] => {
  const names = Math.min(longest, Math.max(...rows.map((row) => widthOf(printable(row.name)))));
  const cycles = Math.max(...rows.map((row) => tidy(row.cycles).length));
  const cells = Math.max(6, Math.min(24, style.columns - names - cycles - 34));
  return rows.map((row) => {
    const left = [
      padEnd(clip(printable(row.name), names, style.ascii), names),
      padStart(tidy(row.cycles), cycles),
      `${paint(style, 'cyan', bar(row.share, cells, style.ascii))} ${padStart(percent(row.share), 5)}`,
    ].join('  ');
    const room = style.columns - widthOf(left) - 2;
    const words = room >= 12 ? `  ${paint(style, 'dim', clip(row.words, room, style.ascii))}` : '';
    return `${left}${words}`.trimEnd();
  });
};

const rowOf = (account: Account): Row => ({
  name: account.name,
  cycles: account.cyclesPerSample,
  share: account.share,
  words: partWords[account.limitedBy],
});

const bySize = (accounts: readonly Account[]): Account[] =>
  [...accounts].sort((a, b) => b.cyclesPerSample - a.cyclesPerSample);

const partsRows = (total: Account): Row[] => {
  const rows: Row[] = Object.entries(total.parts).map(([part, cycles]) => {
    const stalls =
      part === 'memory'
        ? Object.entries(total.memory)
            .filter(([, stall]) => stall > 0)
            .map(([level, stall]) => `${level} ${tidy(stall)}`)
            .join(', ')
        : '';
    return {
      name: partWords[part as Account['limitedBy']],
      cycles,
      share: total.cyclesPerSample === 0 ? 0 : cycles / total.cyclesPerSample,
      words: stalls,
    };
  });
  return rows.filter((row) => row.cycles > 0).sort((a, b) => b.cycles - a.cycles);
};

const kernelLines = (kernels: readonly KernelAccount[], style: Style): string[] =>
  (bySize(kernels) as KernelAccount[]).flatMap((kernel) => {
    const [line = ''] = accountTable(
      [rowOf(kernel)],
      style,
      Math.max(24, Math.min(48, style.columns - 38)),
    );
    const mix = Object.entries(kernel.mix)
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `${name} ${tidy(count)}`)
      .join(', ');
    const without =
      kernel.without === null
        ? []
        : Object.entries(kernel.without)
            .filter(([, cycles]) => cycles < kernel.cyclesPerSample * 0.98)
            .map(
              ([limit, cycles]) =>
                `${tidy(cycles)} without ${partWords[limit as Account['limitedBy']]}`,
            );
    const words = [
      `${tidy(kernel.instructionsPerSample)} instructions a sample: ${mix === '' ? 'none' : mix}`,
      ...(without.length === 0 ? [] : [`it would take ${without.join(', ')}`]),
    ];
    return [
      line,
      ...words.flatMap((text) =>
        wrap(text, style.columns - 4).map((part) => `    ${paint(style, 'dim', part)}`),
      ),
    ];
  });

export const renderExplain = (
  explanation: Explanation,
  heading: ExplainHeading,
  style: Style,
): string => {
  const { total } = explanation;
  const title = (text: string): string => paint(style, 'bold', text);
  const range = `${tidy(total.bestCyclesPerSample)} at best, ${tidy(total.worstCyclesPerSample)} at worst`;
  const lines = [
    ...wrap(
      `${printable(heading.model)} ${printable(heading.width)} on ${printable(heading.deviceName)}, ${heading.engine}, ${heading.core}, blocks of ${heading.blockFrames}`,
      style.columns,
    ).map(title),
    ...wrap(
      `${tidy(total.cyclesPerSample)} cycles a sample (${range}), ${tidy(total.instructionsPerSample)} instructions, load ${percent(heading.load)}, ${heading.verdict}`,
      style.columns,
    ),
    '',
    title('What limits it'),
    ...accountTable(partsRows(total), style),
    '',
    title('Kinds of work'),
    ...accountTable(bySize(explanation.kinds).map(rowOf), style),
    '',
    title('Layers, in the order in which they run'),
    ...accountTable(explanation.layers.map(rowOf), style),
    '',
    title('Kernels'),
    ...kernelLines(explanation.kernels, style),
    '',
    title('Why'),
    ...heading.reasons.flatMap((reason) =>
      wrap(printable(reason), style.columns - 2).map(
        (line, i) => `${i === 0 ? '- ' : '  '}${line}`,
      ),
    ),
    '',
    'Next: the same with every engine and several block sizes:',
    paint(
      style,
      'cyan',
      `  pedalbench predict ${printable(heading.model)} --device ${heading.device} --width ${printable(heading.width)} --engine all --block 16,64,256`,
    ),
  ];
  return `${lines.join('\n')}\n`;
};
