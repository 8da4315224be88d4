/** Cycles by cause; their sum is what the board has advanced. */
import { causeCount } from '../../src/machine/pipeline/code-layout';

export const causes: StaticArray<i32> = new StaticArray<i32>(causeCount);

export function clearCauses(): void {
  for (let i = 0; i < causeCount; i++) causes[i] = 0;
}
