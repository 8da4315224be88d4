/** One pedal that plays one model: what the page asks of its virtual twin. */
import type { PageDevice } from './devices.ts';
import type { PageState } from './state.ts';
import type { ModelSummary, OnePedal } from './worker/protocol.ts';

export interface Twin {
  readonly device: PageDevice;
  readonly width: string;
  readonly setting: OnePedal;
}

/** As the page is set; one engine where all stand beside each other: the pedal's own. */
export const twinOf = (
  { width, engine, blockFrames, clockHz }: PageState,
  device: PageDevice,
  { widths }: ModelSummary,
): Twin => ({
  device,
  width: width ?? widths.at(-1)?.label ?? 'full',
  setting: { engine: engine === 'all' ? 'auto' : engine, blockFrames, clockHz },
});

/** As the scenario of a file; without `audio` it plays what it is given. */
export const twinScenario = (
  { device, width, setting }: Twin,
  { origin }: ModelSummary,
  durationSeconds: number,
): object => {
  const { engine, blockFrames, clockHz } = setting;
  return {
    device: device.id,
    slots: [{ name: 'amp', model: origin, width }],
    durationSeconds,
    ...(engine === 'auto' ? {} : { engine }),
    ...(blockFrames === null ? {} : { blockFrames }),
    ...(clockHz === null ? {} : { clockHz }),
  };
};
