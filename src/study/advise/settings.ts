/** What can be changed without touching the architecture: block length, engine, tanh, where data lies. */
import type { CostBook } from '../cost/cost-cache.ts';
import { type Point, price } from '../cost/price.ts';

export interface SettingChange {
  readonly text: string;
  readonly cyclesPerSample: number;
  readonly cyclesSavedPerSample: number;
  /** What the change asks of the user: latency, another firmware, ... */
  readonly price: string;
}

const cyclesAt = (book: CostBook, point: Point): number | null => {
  const priced = price(book, { ...point, ends: 'expected' });
  return priced.engine === null ? null : priced.cost.total.expected / point.blockFrames;
};

/** All settings of the chip that make the point cheaper, the best first. */
export const cheaperSettings = (
  book: CostBook,
  point: Point,
  engineNow: string,
  cyclesNow: number,
): readonly SettingChange[] => {
  const { chip } = point;
  const changes: { readonly text: string; readonly price: string; readonly at: Point }[] = [];
  for (const blockFrames of chip.audio.allowedBlockFrames.value) {
    if (blockFrames === point.blockFrames) continue;
    changes.push({
      text: `blocks of ${blockFrames} frames instead of ${point.blockFrames}`,
      price: blockFrames > point.blockFrames ? 'more latency' : 'tighter deadlines',
      at: { ...point, blockFrames },
    });
  }
  for (const engine of point.engines) {
    if (engine.id === engineNow) continue;
    changes.push({
      text: `the engine ${engine.id} instead of ${engineNow}`,
      price: 'other firmware',
      at: { ...point, engine: engine.id },
    });
  }
  if ((point.tanh ?? chip.build.tanh.value) === 'libm') {
    changes.push({
      text: "the engine's fast tanh instead of libm's",
      price: 'a slightly different sound',
      at: { ...point, tanh: 'fast' },
    });
  }
  return changes
    .flatMap(({ text, price: asked, at }): SettingChange[] => {
      const cyclesPerSample = cyclesAt(book, at);
      if (cyclesPerSample === null || cyclesPerSample >= cyclesNow) return [];
      return [
        { text, price: asked, cyclesPerSample, cyclesSavedPerSample: cyclesNow - cyclesPerSample },
      ];
    })
    .sort((a, b) => b.cyclesSavedPerSample - a.cyclesSavedPerSample);
};
