/** `ACCURACY.md`: every measured case, every counted build, what was fitted, what is modelled and what is not. */
import type { CoreProfile } from '../src/machine/pipeline/core-profile.ts';
import type { ModelFigure } from '../src/study/explain/model-figures.ts';
import type { BuildSummary } from '../src/study/validate/builds.ts';
import type { CheckedFact } from '../src/study/validate/facts.ts';
import type { CheckedImpulse } from '../src/study/validate/impulses.ts';
import { fittedFiguresOf } from '../src/study/validate/prior-values.ts';
import type { ValidatedCase, ValidateResult } from '../src/study/validate/validate.ts';
import { grouped, percent } from '../src/units/number-text.ts';
import { accuracyProse, type EngineWords } from './accuracy-prose.ts';
import type { TimesSummary } from './host-times.ts';
import type { ComparedRow, InstructionCountsFile } from './instruction-counts.ts';
import { classBarPercent, totalBarPercent } from './instruction-counts.ts';
import { markdownTable } from './markdown-table.ts';

export interface AccuracyInputs {
  readonly result: ValidateResult;
  readonly facts: readonly CheckedFact[];
  readonly impulses: readonly CheckedImpulse[];
  readonly builds: readonly BuildSummary[];
  /** By core. */
  readonly times: Readonly<Record<string, readonly TimesSummary[]>>;
  readonly figures: readonly ModelFigure[];
  readonly counts: InstructionCountsFile;
  readonly compared: readonly ComparedRow[];
  readonly cores: readonly CoreProfile[];
  readonly engines: readonly { readonly id: string; readonly describes: string }[];
}

const signed = (value: number | null): string =>
  value === null ? '' : `${value > 0 ? '+' : ''}${value.toFixed(1)} %`;
const plain = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)} %`);
const share = (value: number | null): string => (value === null ? '' : percent(value));

const measuredText = (c: ValidatedCase): string =>
  `${c.bound === 'upper' ? 'at most ' : c.bound === 'lower' ? 'at least ' : ''}${grouped(c.measured)}`;

const caseTable = (cases: readonly ValidatedCase[]): string[] =>
  markdownTable(
    [
      { title: 'case' },
      { title: 'device' },
      { title: 'engine' },
      { title: 'model' },
      { title: 'block', align: 'right' },
      { title: 'measured', align: 'right' },
      { title: 'predicted', align: 'right' },
      { title: 'range', align: 'right' },
      { title: 'error', align: 'right' },
      { title: 'without fits', align: 'right' },
      { title: 'naive', align: 'right' },
      { title: 'split' },
    ],
    cases.map((c) => [
      c.id,
      c.device,
      c.engine,
      c.model,
      c.blockFrames === null ? '' : String(c.blockFrames),
      measuredText(c),
      c.predicted === null ? 'none' : grouped(c.predicted),
      c.range === null ? '' : `${grouped(c.range.best)} to ${grouped(c.range.worst)}`,
      signed(c.errorPercent),
      signed(c.leaveOneCoreOutErrorPercent),
      signed(c.naiveErrorPercent),
      c.split,
    ]),
  );

const summaryTable = ({ summary }: ValidateResult): string[] =>
  markdownTable(
    [
      { title: '' },
      { title: 'cases', align: 'right' },
      { title: 'median error', align: 'right' },
      { title: 'worst', align: 'right' },
      { title: 'within 10 %', align: 'right' },
      { title: 'within 25 %', align: 'right' },
    ],
    [
      ...(
        [
          ['all', summary],
          ['a constant was fitted to them', summary.fit],
          ['only checked', summary.check],
          ['all, without the fits', summary.leaveOneCoreOut],
        ] as const
      ).map(([name, s]) => [
        name,
        String(s.n),
        plain(s.medianAbsErrorPercent),
        plain(s.worstAbsErrorPercent),
        share(s.within10Percent),
        share(s.within25Percent),
      ]),
      [
        'naive: multiply-accumulates times a constant',
        String(summary.n),
        plain(summary.naiveMedianAbsErrorPercent),
        plain(summary.naiveWorstAbsErrorPercent),
        '',
        '',
      ],
    ],
  );

const intervalTable = ({ interval }: ValidateResult): string[] =>
  markdownTable(
    [
      { title: '' },
      { title: 'trials', align: 'right' },
      { title: 'held', align: 'right' },
      { title: 'median high / low', align: 'right' },
    ],
    Object.entries({ all: interval, ...interval.byConfidence }).map(([name, s]) => [
      name,
      String(s.n),
      share(s.covered),
      s.medianRatio?.toFixed(2) ?? '',
    ]),
  );

const remaining = (cases: readonly ValidatedCase[]): string[] =>
  cases
    .filter((c) => c.remains !== null || Math.abs(c.errorPercent ?? 0) > 10)
    .map(
      (c) =>
        `- **${c.id}** (${c.device}, ${c.engine}, ${c.model}; ${signed(c.errorPercent)}): ${c.remains ?? 'the cause is not known.'}`,
    );

const impulseTable = (impulses: readonly CheckedImpulse[]): string[] =>
  markdownTable(
    [
      { title: 'device' },
      { title: 'taps', align: 'right' },
      { title: 'convolver' },
      { title: 'measured', align: 'right' },
      { title: 'error', align: 'right' },
      { title: '99th percentile', align: 'right' },
      { title: 'error', align: 'right' },
    ],
    impulses.map((i) => [
      i.device,
      grouped(i.taps),
      i.convolver,
      `${i.measured} %`,
      signed(i.errorPercent),
      i.measuredP99 === null ? '' : `${i.measuredP99} %`,
      signed(i.p99ErrorPercent),
    ]),
  );

const factTable = (facts: readonly CheckedFact[]): string[] =>
  markdownTable(
    [
      { title: 'device' },
      { title: 'what is known' },
      { title: 'load', align: 'right' },
      { title: 'verdict' },
      { title: '' },
    ],
    facts.map((f) => [
      f.device,
      f.fact,
      f.load === null ? '' : percent(f.load),
      f.verdict,
      f.agrees ? 'agrees' : '**disagrees**',
    ]),
  );

const worstClass = (row: ComparedRow): string => {
  const worst = [...row.classes].sort(
    (a, b) => Math.abs(b.errorPercent) - Math.abs(a.errorPercent),
  )[0];
  return worst === undefined ? '' : `${worst.name} ${signed(worst.errorPercent)}`;
};

const countTable = (rows: readonly ComparedRow[]): string[] =>
  markdownTable(
    [
      { title: 'core' },
      { title: 'model' },
      { title: 'block', align: 'right' },
      { title: 'tanh' },
      { title: 'counted', align: 'right' },
      { title: 'modelled', align: 'right' },
      { title: 'error', align: 'right' },
      { title: 'furthest class', align: 'right' },
      { title: 'misses because' },
    ],
    rows.map((r) => [
      r.row.core,
      `${r.row.model}${r.row.width === 'full' && r.row.model !== 'a2' ? '' : ` ${r.row.width}`}${r.row.staticLstm ? ' (fixed sizes)' : ''}`,
      String(r.row.blockFrames),
      r.row.tanh === 'none' ? '' : r.row.tanh,
      `${grouped(r.counted)}${r.row.foreignLibrary === undefined ? '' : ' *'}`,
      grouped(r.ours),
      signed(r.errorPercent),
      worstClass(r),
      r.holds ? '' : (r.cause ?? '**not known**'),
    ]),
  );

const countSections = (compared: readonly ComparedRow[]): string[] => {
  const ids = [...new Set(compared.map((r) => r.row.engine))];
  return ids.flatMap((id) => {
    const rows = compared.filter((r) => r.row.engine === id);
    const held = rows.filter((r) => r.holds).length;
    const total = rows.filter((r) => Math.abs(r.errorPercent) <= totalBarPercent).length;
    return [
      `### ${id}`,
      '',
      `${held} of ${rows.length} hold; ${total} are within ${totalBarPercent} % in total.`,
      '',
      ...countTable(rows),
      '',
    ];
  });
};

const buildTable = (builds: readonly BuildSummary[]): string[] =>
  markdownTable(
    [
      { title: 'against' },
      { title: 'core' },
      { title: 'engine' },
      { title: 'builds', align: 'right' },
      { title: 'ours over theirs', align: 'right' },
      { title: 'within 10 %', align: 'right' },
      { title: 'worst', align: 'right' },
    ],
    builds.map((b) => [
      b.against,
      b.core,
      b.engine,
      String(b.n),
      b.medianRatio === null ? '' : b.medianRatio.toFixed(2),
      share(b.within10Percent),
      plain(b.worstAbsErrorPercent),
    ]),
  );

const timesTable = (times: AccuracyInputs['times']): string[] =>
  markdownTable(
    [
      { title: 'core' },
      { title: 'timed' },
      { title: 'rows', align: 'right' },
      { title: 'shapes', align: 'right' },
      { title: 'median error', align: 'right' },
      { title: 'ours over theirs', align: 'right' },
      { title: 'median, after that factor', align: 'right' },
      { title: 'nine of ten', align: 'right' },
    ],
    Object.entries(times).flatMap(([core, rows]) =>
      rows.map((t) => [
        ...[core, t.name, String(t.rows), String(t.shapes)],
        plain(100 * t.medianOff),
        t.factor.toFixed(2),
        plain(100 * t.medianApart),
        plain(100 * t.p90Apart),
      ]),
    ),
  );

const modelFigureTable = (figures: readonly ModelFigure[]): string[] =>
  markdownTable(
    [
      { title: 'figure' },
      { title: 'value', align: 'right' },
      { title: 'between', align: 'right' },
      { title: 'kind' },
      { title: 'source' },
    ],
    figures.map(({ name, value, low, high, kind, source }) => [
      name,
      String(value),
      `${low} and ${high}`,
      kind,
      source,
    ]),
  );

const kindsOf = (profile: unknown): Map<string, number> => {
  const kinds = new Map<string, number>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('kind' in node && 'value' in node) {
      kinds.set(String(node.kind), (kinds.get(String(node.kind)) ?? 0) + 1);
    }
    Object.values(node).forEach(walk);
  };
  walk(profile);
  return kinds;
};

const coreTable = (cores: readonly CoreProfile[], cases: readonly ValidatedCase[]): string[] =>
  markdownTable(
    [
      { title: 'core' },
      { title: 'pipeline' },
      ...['datasheet', 'measured', 'fitted', 'estimate'].map((title) => ({
        title,
        align: 'right' as const,
      })),
      { title: 'measured cases', align: 'right' },
    ],
    cores.map((core) => {
      const kinds = kindsOf(core);
      const { order, width, window } = core.issue;
      return [
        core.name,
        `${order === 'in-order' ? 'in order' : 'out of order'}, ${width.value} a cycle${window === undefined ? '' : `, window of ${window.value}`}`,
        ...['datasheet', 'measured', 'fitted', 'estimate'].map((k) => String(kinds.get(k) ?? 0)),
        String(cases.filter((c) => c.core === core.id).length),
      ];
    }),
  );

const fitTable = (cores: readonly CoreProfile[]): string[] =>
  markdownTable(
    [
      { title: 'core' },
      { title: 'figure' },
      { title: 'value', align: 'right' },
      { title: 'without the fit', align: 'right' },
      { title: 'fitted to' },
    ],
    cores.flatMap((core) =>
      fittedFiguresOf(core).map((f) => [
        core.id,
        f.path,
        String(f.value),
        String(f.unfitted),
        f.source.replace(/ of the measurements$/, ''),
      ]),
    ),
  );

const engineSection = ({ id, modelled, missing }: EngineWords, describes: string): string[] => [
  `**${id}** describes ${describes.replace(/\.$/, '')}.`,
  '',
  `- Modelled: ${modelled}`,
  `- Not modelled: ${missing}`,
  '',
];

/** The document, ending with a line break. The same bytes for the same inputs. */
export const renderAccuracy = (inputs: AccuracyInputs): string => {
  const { result, facts, impulses, builds, times, figures, counts, compared, cores, engines } =
    inputs;
  const { summary } = result;
  const held = compared.filter((r) => r.holds).length;
  const inTotal = compared.filter((r) => Math.abs(r.errorPercent) <= totalBarPercent).length;
  const agreeing = facts.filter((f) => f.agrees).length;
  const prose = accuracyProse;
  const lines = [
    '# Accuracy',
    '',
    ...prose.head,
    '',
    '## Measured on real hardware',
    '',
    `Cycles per sample of one core. Of ${summary.n} measured values half lie within ${plain(summary.medianAbsErrorPercent)}, the worst is off by ${plain(summary.worstAbsErrorPercent)}. Of ${summary.bounds} bounds ${summary.boundsRespected} are respected.`,
    '',
    ...caseTable(result.cases),
    '',
    ...prose.columns,
    '',
    ...summaryTable(result),
    '',
    `The naive model takes ${result.naiveCyclesPerMac.toFixed(2)} cycles per multiply-accumulate, the constant that suits these cases best.`,
    '',
    '### Intervals',
    '',
    ...prose.intervals,
    '',
    ...intervalTable(result),
    '',
    '### What remains, and why',
    '',
    ...remaining(result.cases),
    '',
    '## Impulse responses',
    '',
    ...prose.impulses,
    '',
    ...impulseTable(impulses),
    '',
    '## Known to run, and not to run',
    '',
    `${agreeing} of ${facts.length} verdicts agree with what is known of products.`,
    '',
    ...factTable(facts),
    '',
    '## Instructions, against the compiled libraries',
    '',
    counts.source.replace(/\.?$/, '.'),
    `A row holds where the total is within ${totalBarPercent} % and every class above a tenth of the total within ${classBarPercent} %: ${held} of ${compared.length} do, and ${inTotal} are within ${totalBarPercent} % in total.`,
    '',
    'Marked with *: without the instructions of the C library, because the build for the Cortex-M7 links one for application processors.',
    'What a call of libm costs depends on its argument. The arguments of A1 standard and the LSTM of 3 were heard on the counted frames. The weights of',
    'A1 lite and nano, the slimmed A1 and the LSTM of 16 are not published: which share of their arguments falls into which range is read off',
    'the conversions, comparisons and multiply-adds that were counted, so that their rows with libm say nothing of those shares.',
    '',
    ...countSections(compared),
    '## Cycles, against traced and timed builds',
    '',
    ...prose.builds,
    '',
    ...buildTable(builds),
    '',
    ...prose.times,
    '',
    ...timesTable(times),
    '',
    '## Figures that no profile states',
    '',
    ...prose.figures,
    '',
    ...modelFigureTable(figures),
    '',
    '## What was fitted',
    '',
    ...prose.fits,
    '',
    ...fitTable(cores),
    '',
    '## What is modelled, and what is not',
    '',
    '### Cores',
    '',
    'Figures of each profile by where they come from.',
    '',
    ...coreTable(cores, result.cases),
    '',
    ...prose.cores,
    '',
    '### Memory and time',
    '',
    ...prose.memory,
    '',
    '### Engines',
    '',
    ...prose.engines.flatMap((words) =>
      engineSection(words, engines.find((e) => e.id === words.id)?.describes ?? 'nothing'),
    ),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
};
