/** `devices` and `devices show`: what is known of each pedal, and where it is known from. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { DeviceProfile, Evidence } from '../device/profile.ts';
import { figureLines, figuresOf } from './figures.ts';
import { hertz } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable } from './text/text-table.ts';
import { clip, printable, widthOf } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

/** What is said in one line about the chip; evidence where no chip is published. */
const deviceSummary = (profile: DeviceProfile): readonly string[] => {
  const { chip } = profile;
  if (chip === null) return [profile.id, profile.name, profile.tier, '', '', '', '', ''];
  const cluster = audioClusterOf(chip);
  return [
    profile.id,
    profile.name,
    profile.tier,
    `${cluster.audioCores.value} x ${cluster.coreId}`,
    hertz(cluster.clockHz.value),
    hertz(chip.audio.sampleRateHz.value),
    String(chip.audio.blockFrames.value),
    chip.build.engine.value,
  ];
};

const titles = [
  { title: 'id' },
  { title: 'pedal' },
  { title: 'kind' },
  { title: 'audio cores' },
  { title: 'clock', align: 'right' },
  { title: 'rate', align: 'right' },
  { title: 'block', align: 'right' },
  { title: 'engine' },
] as const;
/** Titles that go first where the terminal is narrow. */
const dispensable = ['kind', 'rate', 'pedal', 'clock', 'engine', 'block'];

export const renderDevices = (profiles: readonly DeviceProfile[], style: Style): string => {
  const rows = profiles.map((profile) => deviceSummary(profile).map(printable));
  const lines = narrowingTable(titles, rows, style.columns, dispensable, (text) =>
    paint(style, 'dim', text),
  );
  const closed = profiles.filter((profile) => profile.chip === null).length;
  const note =
    closed === 0
      ? []
      : [
          '',
          ...wrap(
            `${closed} without a published chip: their verdicts rest on what is known to run there.`,
            style.columns,
          ).map((line) => paint(style, 'dim', line)),
        ];
  return `${[
    ...lines.map((line) => clipColored(line, style)),
    ...note,
    '',
    'Next: every figure of one, with its source:',
    paint(style, 'cyan', `  pedalbench devices show ${profiles[0]?.id ?? 'ID'}`),
  ].join('\n')}\n`;
};

const clipColored = (line: string, style: Style): string =>
  widthOf(line) <= style.columns ? line : clip(line, style.columns, style.ascii);

const evidenceSentence = (evidence: Evidence): string => {
  const model = evidence.model ?? 'NAM files';
  const what = {
    runs: `runs ${model}`,
    refuses: `refuses ${model}`,
    converts: `converts ${model} into a form of its own`,
    'no-nam': 'takes no NAM files',
  }[evidence.statement];
  const details = [
    ...(evidence.copies === undefined ? [] : [`${evidence.copies} copies`]),
    ...(evidence.blockFrames === undefined ? [] : [`blocks of ${evidence.blockFrames}`]),
    ...(evidence.engine === undefined ? [] : [`with ${evidence.engine}`]),
    ...(evidence.splitAfterLayers === undefined
      ? []
      : [`split over cores after layer ${evidence.splitAfterLayers}`]),
    ...(evidence.firmware === undefined ? [] : [`firmware ${evidence.firmware}`]),
  ];
  return details.length === 0 ? what : `${what} (${details.join(', ')})`;
};

export const renderDevice = (profile: DeviceProfile, style: Style): string => {
  const lines = [paint(style, 'bold', printable(profile.name)), ''];
  lines.push(`${profile.id}, ${profile.tier}`);
  if (profile.chip === null)
    lines.push('No chip is published; verdicts rest on the evidence below.');
  const figures = figuresOf(profile.chip);
  if (figures.length > 0) lines.push('', ...figureLines(figures, style));
  if (profile.evidence.length > 0) {
    lines.push('', paint(style, 'bold', 'What is known to run'));
    for (const evidence of profile.evidence) {
      lines.push(
        ...wrap(printable(evidenceSentence(evidence)), style.columns - 2).map((l) => `  ${l}`),
      );
      const source = `${evidence.kind}: ${evidence.source}${evidence.note === undefined ? '' : ` (${evidence.note})`}`;
      for (const line of wrap(printable(source), style.columns - 4)) {
        lines.push(`    ${paint(style, 'dim', line)}`);
      }
    }
  }
  if (profile.notes !== undefined && profile.notes.length > 0) {
    lines.push('', paint(style, 'bold', 'Notes'));
    for (const note of profile.notes) {
      lines.push(...wrap(printable(note), style.columns - 2).map((line) => `  ${line}`));
    }
  }
  return `${lines.join('\n')}\n`;
};
