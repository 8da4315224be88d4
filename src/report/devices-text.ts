/** `devices`: every pedal on a line. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { DeviceProfile } from '../device/profile.ts';
import { hertz } from './text/number.ts';
import { nextCommand, paint, type Style } from './text/style.ts';
import { left, right, textTable } from './text/text-table.ts';
import { clip, printable, widthOf } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

interface Summary {
  readonly profile: DeviceProfile;
  readonly chip: NonNullable<DeviceProfile['chip']> | null;
  readonly cluster: ReturnType<typeof audioClusterOf> | null;
}

const summaryOf = (profile: DeviceProfile): Summary => {
  const { chip } = profile;
  return { profile, chip, cluster: chip === null ? null : audioClusterOf(chip) };
};

/** Of what is known of the chip; evidence decides where none is published. */
const columns = [
  left('id', ({ profile }: Summary) => printable(profile.id)),
  left('pedal', ({ profile }: Summary) => printable(profile.name)),
  left('kind', ({ profile }: Summary) => profile.tier),
  left('audio cores', ({ cluster: of }: Summary) =>
    of === null ? '' : printable(`${of.audioCores.value} x ${of.coreId}`),
  ),
  right('clock', ({ cluster }: Summary) => (cluster === null ? '' : hertz(cluster.clockHz.value))),
  right('rate', ({ chip }: Summary) => (chip === null ? '' : hertz(chip.audio.sampleRateHz.value))),
  right('block', ({ chip }: Summary) => String(chip?.audio.blockFrames.value ?? '')),
  left('engine', ({ chip }: Summary) => printable(chip?.build.engine.value ?? '')),
];
const dispensable = ['kind', 'rate', 'pedal', 'clock', 'engine', 'block'];

export const renderDevices = (profiles: readonly DeviceProfile[], style: Style): string => {
  const lines = textTable(profiles.map(summaryOf), columns, style, { dispensable });
  const closed = profiles.filter((profile) => profile.chip === null).length;
  const note = `${closed} without a published chip: their verdicts rest on what is known to run there.`;
  const said = closed === 0 ? [] : ['', ...wrap(note, style.columns)];
  const ask = 'every figure of one, with its source';
  return `${[
    ...lines.map((line) =>
      widthOf(line) <= style.columns ? line : clip(line, style.columns, style.ascii),
    ),
    ...said.map((line) => paint(style, 'dim', line)),
    '',
    ...nextCommand(style, ask, `devices show ${profiles[0]?.id ?? 'ID'}`),
  ].join('\n')}\n`;
};
