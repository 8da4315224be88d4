/** A, B or X: whether two sounds are told apart without knowing which is heard. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { guessedShare } from '../audio/measures.ts';
import { Choice } from './choice.tsx';

/** X is one of two sounds, drawn by the browser. */
export interface Blind {
  readonly a: string;
  readonly b: string;
  readonly x: string;
  readonly right: number;
  readonly trials: number;
}

const drawn = (a: string, b: string): string =>
  (crypto.getRandomValues(new Uint8Array(1))[0] ?? 0) % 2 === 0 ? a : b;

export interface BlindTestProps {
  /** What may be compared: a key and its words each. */
  readonly sounds: readonly (readonly [string, string])[];
  /** Null while none goes on. */
  readonly blind: Blind | null;
  readonly change: (blind: Blind | null) => void;
}

const Setup = ({ sounds, change }: BlindTestProps): JSX.Element => {
  const keys = sounds.map(([key]) => key);
  const [pair, setPair] = useState<readonly [string, string] | null>(null);
  const isHere = pair?.every((key) => keys.includes(key)) === true;
  const [a, b] = isHere ? pair : [keys[0] ?? '', keys.at(-1) ?? ''];
  return (
    <div class="controls">
      <button
        type="button"
        aria-disabled={a === b}
        onClick={() => a !== b && change({ a, b, x: drawn(a, b), right: 0, trials: 0 })}
      >
        Blind test
      </button>
      <Choice label="of" value={a} options={sounds} choose={(key) => setPair([key, b])} />
      <Choice label="against" value={b} options={sounds} choose={(key) => setPair([a, key])} />
    </div>
  );
};

export const BlindTest = (props: BlindTestProps): JSX.Element => {
  const { sounds, blind, change } = props;
  if (blind === null) return <Setup {...props} />;
  const { a, b, x, right, trials } = blind;
  const guess = (key: string): void =>
    change({ a, b, x: drawn(a, b), right: right + (key === x ? 1 : 0), trials: trials + 1 });
  const words = new Map(sounds);
  return (
    <div class="controls">
      <span>X is</span>
      {[a, b].map((key) => (
        <button type="button" key={key} onClick={() => guess(key)}>
          {words.get(key) ?? key}
        </button>
      ))}
      <output>
        {right} of {trials} right
        {trials > 4 &&
          `: who only guesses does as well in ${Math.round(100 * guessedShare(right, trials))} % of such tests`}
      </output>
      <button type="button" onClick={() => change(null)}>
        End the test
      </button>
    </div>
  );
};
