/** The devices of a request that have a chip, as the Pareto front wants them. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { timeBudgetOf } from '../cost/time-budget.ts';
import type { DeviceAdvice } from './advise.ts';
import type { ParetoDevice } from './pareto.ts';
import type { AdviseRequest } from './request.ts';

export const paretoDevices = (
  request: AdviseRequest,
  advices: readonly DeviceAdvice[],
): readonly ParetoDevice[] =>
  request.devices.flatMap((device, i): ParetoDevice[] => {
    const advice = advices[i];
    const { chip } = device;
    if (chip === null || advice?.engine == null) return [];
    const { blockFrames } = advice;
    const budget = timeBudgetOf(chip, blockFrames, chip.audio.sampleRateHz.value);
    return [
      {
        device: device.id,
        budgetCyclesPerSample: budget.cyclesPerBlock.expected / blockFrames,
        place: {
          chip,
          core: request.coreOf(audioClusterOf(chip).coreId),
          engines: request.engines,
          engine: request.engine ?? 'auto',
          blockFrames,
          tanh: request.tanh,
          copies: 1,
          parallel: false,
        },
      },
    ];
  });
