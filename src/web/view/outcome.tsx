/** What a virtual pedal did, in a sentence. */
import type { JSX } from 'preact';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { grouped, percent } from '../../units/number-text.ts';

const late = ({ xruns, blocks }: RunResult): string => {
  if (xruns === 0) return 'No block comes late';
  return xruns === blocks
    ? 'Every block comes late'
    : `${grouped(xruns)} of ${grouped(blocks)} blocks come late`;
};

export const Outcome = ({ result }: { readonly result: RunResult }): JSX.Element => (
  <p class="answer-small">
    {late(result)}: {percent(result.load.mean)} on average, {percent(result.load.max)} at worst,{' '}
    {(1000 * result.latencySeconds).toFixed(1)} ms from in to out.
  </p>
);
