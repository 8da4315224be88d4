/** A, B or X: whether two widths are told apart without knowing which is heard. */
import type { JSX } from 'preact';

/** X is one of two widths, drawn by the browser. */
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
  readonly widths: readonly string[];
  /** Null while none goes on. */
  readonly blind: Blind | null;
  readonly change: (blind: Blind | null) => void;
}

export const BlindTest = ({ widths, blind, change }: BlindTestProps): JSX.Element => {
  const start = (): void => {
    const [a, b] = [widths[0] ?? '', widths.at(-1) ?? ''];
    change({ a, b, x: drawn(a, b), right: 0, trials: 0 });
  };
  const guess = (test: Blind, width: string): void =>
    change({
      ...test,
      x: drawn(test.a, test.b),
      right: test.right + (width === test.x ? 1 : 0),
      trials: test.trials + 1,
    });
  return (
    <div class="controls">
      {blind === null ? (
        <button type="button" onClick={start}>
          Blind test: A, B or X
        </button>
      ) : (
        <>
          <span>X is</span>
          {[blind.a, blind.b].map((width) => (
            <button type="button" key={width} onClick={() => guess(blind, width)}>
              {width}
            </button>
          ))}
          <output>
            {blind.right} of {blind.trials} right
          </output>
          <button type="button" onClick={() => change(null)}>
            End the test
          </button>
        </>
      )}
    </div>
  );
};
