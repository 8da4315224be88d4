/** `devices`: every pedal on a line. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { DeviceProfile } from '../device/profile.ts';
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
